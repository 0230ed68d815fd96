/// \file
/// An empty frame in plain memory: what tests lay packets into.
#pragma once

#include "engine/frame_buffer.hpp"

namespace test {

using Slot = engine::FrameBuffer;

}  // namespace test
