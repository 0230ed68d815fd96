/// \file
/// 128-bit integers for products of two 64-bit ones: rates times picoseconds, hashes.
#pragma once

namespace base {

__extension__ typedef unsigned __int128 Uint128;  // an extension of both our compilers; ISO C++ has none
__extension__ typedef __int128 Int128;

}  // namespace base
