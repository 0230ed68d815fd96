# Message sizes in bytes and the percentage of messages up to that size: many small ones, few large.
64        0
256      30
1024     50
4096     65
16384    80
65536    90
262144   97
1048576 100
