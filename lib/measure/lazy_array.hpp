/// \file
/// A fixed array of zeroed plain values of which only the touched pages take memory.
///
///     LazyArray<Record> records{65'536};         // reserves addresses, not memory
///
/// For state that most flows never need. A value's all-zero bytes must be its start value.
/// Cost: one allocation at set-up; the first touch of a page is a page fault. Thread: one owner.
#pragma once

#include "base/check.hpp"

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <span>
#include <type_traits>

namespace measure {

template <class T>
class LazyArray {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  explicit LazyArray(std::size_t count)
      : count_{count}, values_{static_cast<T*>(std::calloc(count == 0 ? 1 : count, sizeof(T)))} {
    CHECK(values_ != nullptr, "no memory for {} records of {} bytes", count, sizeof(T));
  }

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] T& operator[](std::size_t index) { return values_.get()[index]; }
  [[nodiscard]] const T& operator[](std::size_t index) const { return values_.get()[index]; }
  [[nodiscard]] std::span<T> subspan(std::size_t offset, std::size_t count) {
    return {values_.get() + offset, count};
  }

 private:
  struct Free {
    void operator()(T* values) const { std::free(values); }
  };
  std::size_t count_;
  std::unique_ptr<T, Free> values_;
};

}  // namespace measure
