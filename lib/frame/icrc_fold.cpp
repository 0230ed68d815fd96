#include "frame/icrc_fold.hpp"

namespace frame {
namespace {

constexpr std::uint32_t kOne = 0x8000'0000;         // x^0
constexpr std::uint32_t kX = 0x4000'0000;           // x^1
constexpr std::uint32_t kPolynomial = 0xedb8'8320;  // P without x^32
/// The order of x: P is primitive.
constexpr std::int64_t kOrder = 0xffff'ffff;

/// a * b mod P, by the school's method: set-up only.
constexpr std::uint32_t multiply(std::uint32_t a, std::uint32_t b) {
  std::uint32_t product = 0;
  for (int i = 0; i < 32; ++i) {
    if ((b & (kOne >> i)) != 0) product ^= a;
    a = (a >> 1) ^ ((a & 1) != 0 ? kPolynomial : 0);
  }
  return product;
}

}  // namespace

std::uint32_t crc_register(std::uint32_t before, std::span<const std::byte> bytes) {
  std::uint32_t crc = before;
  for (const std::byte byte : bytes) {
    crc ^= static_cast<std::uint32_t>(byte);
    for (int i = 0; i < 8; ++i)
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
  }
  return crc;
}

std::uint32_t power_of_x(std::int64_t exponent) {
  std::int64_t left = exponent % kOrder;
  if (left < 0) left += kOrder;
  std::uint32_t result = kOne;
  for (std::uint32_t square = kX; left != 0; left >>= 1) {
    if ((left & 1) != 0) result = multiply(result, square);
    square = multiply(square, square);
  }
  return result;
}

}  // namespace frame
