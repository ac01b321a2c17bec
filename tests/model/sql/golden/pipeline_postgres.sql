-- Segments of customers who have bought, one row each, from the orders in shop.orders, looked at from the start of 2024-04-01, with rows from the first one on, written by autoseg-customers 0.1.0 for postgres.
-- The model has 2 segments, as of 2024-01-01, amounts in NOK.
-- Who cannot be placed has no segment and the key 'unscorable'.
WITH typed AS (
  SELECT
    NULLIF(NORMALIZE(BTRIM(CAST("customer_id" AS TEXT), CHR(32) || CHR(9) || CHR(13) || CHR(10) || CHR(160) || CHR(8199) || CHR(8201) || CHR(8239) || CHR(65279)), NFC), '') AS customer_id,
    CAST("timestamp" AS TIMESTAMP) AS timestamp,
    CASE WHEN "amount" > -99999999999999.99995 AND "amount" < 99999999999999.99995 THEN CAST("amount" AS DECIMAL(18, 4)) END AS amount
  FROM "shop"."orders"
),
lines AS (
  SELECT
    customer_id,
    customer_id || '#' || CAST(ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY timestamp, amount) AS TEXT) AS order_id,
    timestamp,
    amount
  FROM typed
  WHERE
    NOT customer_id IS NULL
    AND ABS(amount) <= 1000000000000
    AND timestamp >= CAST('1990-01-01' AS DATE)
    AND timestamp < CAST('2101-01-01' AS DATE)
    AND timestamp < CAST('2024-04-01' AS DATE)
), rolled_orders AS (
  SELECT
    customer_id,
    order_id,
    MIN(timestamp) AS ordered_at,
    CAST(SUM(amount) AS DECIMAL(38, 4)) AS amount
  FROM lines
  GROUP BY
    customer_id,
    order_id
), by_orders AS (
  SELECT
    customer_id,
    CAST(CAST(SUM(amount) AS DECIMAL(23, 4)) * 10000 AS BIGINT) AS revenue,
    CAST(MIN(age) AS DOUBLE PRECISION) AS recency_days,
    CAST(SUM(amount) AS DOUBLE PRECISION) AS monetary,
    CAST(MAX(age) - MIN(age) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) - 1 AS DOUBLE PRECISION), 0) AS mean_gap_days,
    CAST(MAX(age) AS DOUBLE PRECISION) AS tenure_days
  FROM (
    SELECT
      customer_id,
      CASE
        WHEN amount > 0
        THEN (
          CAST('2024-04-01' AS DATE) - CAST(ordered_at AS DATE)
        )
      END AS age,
      amount AS amount
    FROM rolled_orders AS orders
  ) AS of_orders
  GROUP BY
    customer_id
  HAVING
    SUM(CASE WHEN amount > 0 THEN 1 ELSE 0 END) > 0
),
features AS (
SELECT
  by_orders.customer_id,
  by_orders.revenue,
  by_orders.recency_days,
  by_orders.monetary,
  by_orders.mean_gap_days,
  by_orders.tenure_days
FROM by_orders
),
filled AS (
  -- the features, and what stands for a gap
  SELECT
    "customer_id" AS customer_id,
    CAST("recency_days" AS DOUBLE PRECISION) AS x_recency_days,
    -- monetary: nothing is known, so the median of the fit
    CASE WHEN CAST("monetary" AS DOUBLE PRECISION) IS NULL OR CAST("monetary" AS DOUBLE PRECISION) = CAST('NaN' AS DOUBLE PRECISION) THEN 1.5e0 ELSE CAST("monetary" AS DOUBLE PRECISION) END AS x_monetary,
    -- mean_gap_days: it has not come yet, so the days as a customer
    CASE WHEN CAST("mean_gap_days" AS DOUBLE PRECISION) IS NULL OR CAST("mean_gap_days" AS DOUBLE PRECISION) = CAST('NaN' AS DOUBLE PRECISION) THEN CAST("tenure_days" AS DOUBLE PRECISION) ELSE CAST("mean_gap_days" AS DOUBLE PRECISION) END AS x_mean_gap_days
  FROM features
  OFFSET 0
),
guard AS (
  -- who has a gap left, NaN or a value without bounds cannot be placed
  SELECT
    *,
    COALESCE(
      x_recency_days BETWEEN (-1e+307) AND 1e+307
      AND x_monetary BETWEEN (-1e+307) AND 1e+307
      AND x_mean_gap_days BETWEEN (-1e+307) AND 1e+307,
      FALSE
    ) AS scorable
  FROM filled
  OFFSET 0
),
evened AS (
  -- each feature evened out, cut at both ends and on one scale
  SELECT
    customer_id,
    scorable,
    -- recency_days: log1p, with 40 % zeros, for the skewness fell from 3.0 to 0.1
    (CASE WHEN x_recency_days <= 5e-31 THEN 0.0e0 WHEN x_recency_days >= 4051.041963787692e0 THEN 9.0e0 ELSE LN(1.0e0 + x_recency_days / 0.5e0) END - 0.25e0) / 1.5e0 AS z_recency_days,
    -- monetary: log1p, with 40 % zeros, for the skewness fell from 3.0 to 0.1
    (CASE WHEN x_monetary <= 5e-31 THEN 0.0e0 WHEN x_monetary >= 4051.041963787692e0 THEN 9.0e0 ELSE LN(1.0e0 + x_monetary / 0.5e0) END - 0.25e0) / 1.5e0 AS z_monetary,
    -- mean_gap_days: log1p, with 40 % zeros, for the skewness fell from 3.0 to 0.1
    (CASE WHEN x_mean_gap_days <= 5e-31 THEN 0.0e0 WHEN x_mean_gap_days >= 4051.041963787692e0 THEN 9.0e0 ELSE LN(1.0e0 + x_mean_gap_days / 0.5e0) END - 0.25e0) / 1.5e0 AS z_mean_gap_days
  FROM guard
  OFFSET 0
),
merged AS (
  -- the columns that segments are told apart by
  SELECT
    customer_id,
    scorable,
    -- recency_days
    z_recency_days AS y_1,
    -- monetary
    z_monetary AS y_2,
    -- mean_gap_days
    z_mean_gap_days AS y_3
  FROM evened
  OFFSET 0
),
distances AS (
  -- squared distance to each segment
  SELECT
    customer_id,
    scorable,
    -- 1: Champions
    (y_1 - 0.0e0) * (y_1 - 0.0e0) + (y_2 - 0.0e0) * (y_2 - 0.0e0) + (y_3 - 0.0e0) * (y_3 - 0.0e0) AS d_1,
    -- 2: Won't \ buy {{ 'x' }} -- {% if
    (y_1 - 1.0e0) * (y_1 - 1.0e0) + (y_2 - 1.0e0) * (y_2 - 1.0e0) + (y_3 - 1.0e0) * (y_3 - 1.0e0) AS d_2
  FROM merged
  OFFSET 0
),
densities AS (
  -- logarithm of each segment's share and density there
  SELECT
    *,
    (-0.6931471805599453e0) + ((-0.5e0) * (d_1 * 1.0e0 + 5.513631199228036e0)) AS j_1,
    (-0.6931471805599453e0) + ((-0.5e0) * (d_2 * 1.0e0 + 5.513631199228036e0)) AS j_2
  FROM distances
  OFFSET 0
),
tolerance AS (
  -- scores as good as each segment's: ties go to the first
  SELECT
    *,
    d_1 + 1e-09 * d_1 AS t_1,
    d_2 + 1e-09 * d_2 AS t_2
  FROM densities
  OFFSET 0
),
best AS (
  -- the segment
  SELECT
    *,
    CASE
      WHEN NOT scorable THEN NULL
      WHEN d_1 <= t_2 THEN 1
      ELSE 2
    END AS segment
  FROM tolerance
  OFFSET 0
),
others AS (
  -- the same among the other segments
  SELECT
    *,
    CASE WHEN segment = 1 THEN 1.7e+308 ELSE d_1 END AS o_1,
    CASE WHEN segment = 2 THEN 1.7e+308 ELSE d_2 END AS o_2
  FROM best
  OFFSET 0
),
others_tolerance AS (
  -- what is as good as each
  SELECT
    *,
    o_1 + 1e-09 * o_1 AS u_1,
    o_2 + 1e-09 * o_2 AS u_2
  FROM others
  OFFSET 0
),
next_best AS (
  -- the runner-up
  SELECT
    *,
    CASE
      WHEN NOT scorable THEN NULL
      WHEN o_1 <= u_2 THEN 1
      ELSE 2
    END AS runner_up
  FROM others_tolerance
  OFFSET 0
),
likeliest AS (
  -- the highest log-density
  SELECT
    *,
    GREATEST(j_1, j_2) AS likeliest
  FROM next_best
  OFFSET 0
),
shares AS (
  -- each density beside the highest one
  SELECT
    *,
    CASE WHEN j_1 - likeliest > (-700.0e0) THEN EXP(j_1 - likeliest) ELSE 0.0e0 END AS e_1,
    CASE WHEN j_2 - likeliest > (-700.0e0) THEN EXP(j_2 - likeliest) ELSE 0.0e0 END AS e_2
  FROM likeliest
  OFFSET 0
),
confidence AS (
  -- their sum
  SELECT
    *,
    e_1 + e_2 AS total
  FROM shares
  OFFSET 0
)
SELECT
  customer_id,
  segment AS segment,
  CASE segment
    WHEN 1 THEN 'champions'
    WHEN 2 THEN 'dozing'
    ELSE 'unscorable'
  END AS segment_key,
  CASE segment
    WHEN 1 THEN 'Champions'
    WHEN 2 THEN 'Won''t \ buy {{ ''x'' }}
-- {% if'
    ELSE 'Not classified'
  END AS segment_name,
  CASE segment WHEN 1 THEN e_1 WHEN 2 THEN e_2 END / total AS confidence,
  runner_up AS runner_up,
  CASE segment WHEN 1 THEN d_1 WHEN 2 THEN d_2 END * 1.0e0 > 4.0e0 AS unlike_any
FROM confidence
