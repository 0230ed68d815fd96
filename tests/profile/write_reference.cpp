// Prints docs/profile-reference.md.

#include "profile/describe.hpp"

#include <cstdio>

int main() {
  return std::fputs(profile::reference_markdown().c_str(), stdout) < 0 ? 1 : 0;
}
