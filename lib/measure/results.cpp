#include "measure/results.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <unordered_map>

namespace measure {

void Distributions::merge(const Distributions& other) {
  latency.merge(other.latency);
  latency_lifo.merge(other.latency_lifo);
  inter_arrival.merge(other.inter_arrival);
  lateness.merge(other.lateness);
  reordering.merge(other.reordering);
}

const SubjectResult* RunResult::find(std::string_view subject) const {
  const auto found = std::find_if(subjects.begin(), subjects.end(),
                                  [&](const SubjectResult& row) { return row.subject == subject; });
  return found == subjects.end() ? nullptr : &*found;
}

std::string broken_books(const RunResult& result) {
  std::string text;
  const auto note = [&text](const std::string& of, const std::string& what) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : "\n", of, what);
  };
  for (const SubjectResult& row : result.subjects) {
    if (!row.same_flows) continue;
    const BooksCheck check = check_books(books_of(row.sent, row.received, row.shortfall));
    if (check.balance == Balance::kBroken) note(row.subject, check.text);
  }
  std::unordered_map<std::uint32_t, const SendResult*> sent;
  for (const FlowTxResult& flow : result.flows_tx)
    sent[flow.flow] = &flow.sums;
  for (const FlowRxResult& flow : result.flows_rx) {
    const auto half = sent.find(flow.flow);
    if (half == sent.end()) continue;
    // How much the tester lost of one flow is not known; the sum of both losses is.
    const BooksCheck check = check_books(books_of(*half->second, flow.sums, {}));
    if (check.balance == Balance::kBroken) note(fmt::format("flow {}", flow.flow), check.text);
  }
  for (const CrossCheck& check : result.cross_checks) {
    if (check.agrees()) continue;
    note(check.name, fmt::format("{} and {}, at most {} apart", check.ours, check.theirs, check.slack));
  }
  return text;
}

}  // namespace measure
