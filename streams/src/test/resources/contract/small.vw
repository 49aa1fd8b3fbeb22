1 |a price:0.5 day=mon
-1 2.0 |a price:0.25 day=tue
-1 |a day=wed |b x
1 0.5 |a price:4 |b y:2
1 |a price:5
