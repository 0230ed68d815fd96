// A hop between two veth pairs that loses and marks RoCEv2 frames at random and counts what it did: clsact
// ingress, direct action, frames go on to another interface. Its random numbers cannot be seeded.
//   clang -O2 -g -target bpf -I/usr/include/x86_64-linux-gnu -c hop.bpf.c -o hop.o
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct config {
  __u32 ifindex;  // where frames go on to
  __u32 drop_ppm;
  __u32 ce_ppm;
};
struct counts {
  __u64 frames;  // RoCEv2, all that came
  __u64 drops;
  __u64 ce;  // of those that went on, marked here
};

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct config);
} config_map SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct counts);
} counts_map SEC(".maps");

static __always_inline int hit(__u32 ppm) {
  return ppm && (__u32)(((__u64)bpf_get_prandom_u32() * 1000000) >> 32) < ppm;
}

static __always_inline int is_roce(struct __sk_buff* frame, struct iphdr** ip) {
  bpf_skb_pull_data(frame, sizeof(struct ethhdr) + sizeof(struct iphdr) + sizeof(struct udphdr));
  void* data = (void*)(long)frame->data;
  void* end = (void*)(long)frame->data_end;
  struct ethhdr* ethernet = data;
  *ip = (void*)(ethernet + 1);
  struct udphdr* udp = (void*)(*ip + 1);
  if ((void*)(udp + 1) > end) return 0;
  return ethernet->h_proto == bpf_htons(ETH_P_IP) && (*ip)->protocol == 17 && udp->dest == bpf_htons(4791);
}

SEC("tc") int hop(struct __sk_buff* frame) {
  __u32 zero = 0;
  struct config* config = bpf_map_lookup_elem(&config_map, &zero);
  struct counts* counts = bpf_map_lookup_elem(&counts_map, &zero);
  if (!config || !counts) return TC_ACT_SHOT;
  struct iphdr* ip;
  if (is_roce(frame, &ip)) {
    __sync_fetch_and_add(&counts->frames, 1);
    if (hit(config->drop_ppm)) {
      __sync_fetch_and_add(&counts->drops, 1);
      return TC_ACT_SHOT;
    }
    __u8 ecn = ip->tos & 3;
    if ((ecn == 1 || ecn == 2) && hit(config->ce_ppm) && bpf_skb_ecn_set_ce(frame))
      __sync_fetch_and_add(&counts->ce, 1);
  }
  return bpf_redirect(config->ifindex, 0);
}

char _license[] SEC("license") = "GPL";
