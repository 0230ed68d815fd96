#include "profile/sha256.hpp"

#include "base/fixed_point.hpp"

#include <fmt/core.h>
#include <array>
#include <bit>
#include <cstdint>

namespace profile {
namespace {

using Words = std::array<std::uint32_t, 8>;

constexpr std::array<std::uint32_t, 64> first_primes() {
  std::array<std::uint32_t, 64> primes{};
  std::size_t found = 0;
  for (std::uint32_t n = 2; found < primes.size(); ++n) {
    bool is_prime = true;
    for (std::size_t i = 0; i < found && is_prime; ++i)
      is_prime = n % primes[i] != 0;
    if (is_prime) primes[found++] = n;
  }
  return primes;
}

/// The first 32 bits of the fraction of n's cube root: the largest r with r^3 <= n * 2^96, modulo 2^32.
constexpr std::uint32_t cube_root_fraction(std::uint32_t n) {
  std::uint64_t root = 0;
  for (int bit = 35; bit >= 0; --bit) {
    const std::uint64_t trial = root | (1ULL << bit);
    const base::Uint128 square = static_cast<base::Uint128>(trial) * trial;
    if (square <= (static_cast<base::Uint128>(n) << 96) / trial) root = trial;
  }
  return static_cast<std::uint32_t>(root);
}

/// SPEC: FIPS 180-4, 4.2.2: fractions of the cube roots of the first 64 primes.
constexpr std::array<std::uint32_t, 64> round_constants() {
  std::array<std::uint32_t, 64> constants = first_primes();
  for (std::uint32_t& constant : constants)
    constant = cube_root_fraction(constant);
  return constants;
}

/// SPEC: FIPS 180-4, 5.3.3: fractions of the square roots of the first 8 primes.
constexpr Words start_words() {
  Words words{};
  for (std::size_t i = 0; i < words.size(); ++i) {
    words[i] =
        static_cast<std::uint32_t>(base::integer_sqrt(static_cast<base::Uint128>(first_primes()[i]) << 64));
  }
  return words;
}

constexpr std::array<std::uint32_t, 64> kRoundConstants = round_constants();
constexpr Words kStart = start_words();
static_assert(kRoundConstants[0] == 0x428a2f98 && kRoundConstants[63] == 0xc67178f2 &&
              kStart[0] == 0x6a09e667);

/// SPEC: FIPS 180-4, 6.2.2.
void add_block(Words& hash, const char* block) {
  std::array<std::uint32_t, 64> w{};
  for (std::size_t t = 0; t < 16; ++t) {
    for (std::size_t byte = 0; byte < 4; ++byte)
      w[t] = (w[t] << 8) | static_cast<std::uint8_t>(block[4 * t + byte]);
  }
  for (std::size_t t = 16; t < w.size(); ++t) {
    const std::uint32_t s0 = std::rotr(w[t - 15], 7) ^ std::rotr(w[t - 15], 18) ^ (w[t - 15] >> 3);
    const std::uint32_t s1 = std::rotr(w[t - 2], 17) ^ std::rotr(w[t - 2], 19) ^ (w[t - 2] >> 10);
    w[t] = w[t - 16] + s0 + w[t - 7] + s1;
  }
  auto [a, b, c, d, e, f, g, h] = hash;
  for (std::size_t t = 0; t < w.size(); ++t) {
    const std::uint32_t s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
    const std::uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + kRoundConstants[t] + w[t];
    const std::uint32_t s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
    const std::uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  const Words round{a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < hash.size(); ++i)
    hash[i] += round[i];
}

}  // namespace

std::string sha256_hex(std::string_view data) {
  constexpr std::size_t kBlock = 64;
  std::string padded{data};
  padded += '\x80';
  padded.append((2 * kBlock - 8 - padded.size() % kBlock) % kBlock, '\0');
  for (int shift = 56; shift >= 0; shift -= 8)
    padded += static_cast<char>((static_cast<std::uint64_t>(data.size()) * 8) >> shift);
  Words hash = kStart;
  for (std::size_t at = 0; at < padded.size(); at += kBlock)
    add_block(hash, padded.data() + at);
  std::string text;
  for (const std::uint32_t word : hash)
    text += fmt::format("{:08x}", word);
  return text;
}

}  // namespace profile
