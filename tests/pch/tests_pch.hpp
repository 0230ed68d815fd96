/// \file
/// What nearly every test includes, compiled once where -Dtests_pch=true (see tests/meson.build). No test may
/// count on it: without the option it is not there. No `#pragma once`: the compiler reads this file as its
/// main one.

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>
