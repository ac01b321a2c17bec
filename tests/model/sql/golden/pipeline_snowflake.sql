-- Segments of customers who have bought, one row each, from the orders in shop.orders, looked at from the start of 2024-04-01, with rows from the first one on, written by autoseg-customers 0.1.0 for snowflake.
-- The model has 2 segments, as of 2024-01-01, amounts in NOK.
-- Who cannot be placed has no segment and the key 'unscorable'.
-- This SQL has never been executed on snowflake: compare a few customers before you rely on it.
WITH typed AS (
  SELECT
    NULLIF(TRIM(CAST("CUSTOMER_ID" AS VARCHAR), CHR(32) || CHR(9) || CHR(13) || CHR(10) || CHR(160) || CHR(8199) || CHR(8201) || CHR(8239) || CHR(65279)), '') AS customer_id,
    CAST("TIMESTAMP" AS TIMESTAMP_NTZ) AS timestamp,
    CASE WHEN "AMOUNT" > -99999999999999.99995 AND "AMOUNT" < 99999999999999.99995 THEN CAST("AMOUNT" AS NUMBER(18, 4)) END AS amount
  FROM "SHOP"."ORDERS"
),
lines AS (
  SELECT
    customer_id,
    customer_id || '#' || CAST(ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY timestamp, amount) AS VARCHAR) AS order_id,
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
    CAST(MIN(age) AS DOUBLE) AS recency_days,
    CAST(SUM(amount) AS DOUBLE) AS monetary,
    CAST(MAX(age) - MIN(age) AS DOUBLE) / NULLIF(CAST(COUNT(age) - 1 AS DOUBLE), 0) AS mean_gap_days,
    CAST(MAX(age) AS DOUBLE) AS tenure_days
  FROM (
    SELECT
      customer_id,
      CASE
        WHEN amount > 0
        THEN DATEDIFF(DAY, CAST(ordered_at AS DATE), CAST('2024-04-01' AS DATE))
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
    "CUSTOMER_ID" AS customer_id,
    CAST("RECENCY_DAYS" AS DOUBLE) AS x_recency_days,
    -- monetary: nothing is known, so the median of the fit
    CASE WHEN CAST("MONETARY" AS DOUBLE) IS NULL OR CAST("MONETARY" AS DOUBLE) = 'NaN'::DOUBLE THEN '1.5'::DOUBLE ELSE CAST("MONETARY" AS DOUBLE) END AS x_monetary,
    -- mean_gap_days: it has not come yet, so the days as a customer
    CASE WHEN CAST("MEAN_GAP_DAYS" AS DOUBLE) IS NULL OR CAST("MEAN_GAP_DAYS" AS DOUBLE) = 'NaN'::DOUBLE THEN CAST("TENURE_DAYS" AS DOUBLE) ELSE CAST("MEAN_GAP_DAYS" AS DOUBLE) END AS x_mean_gap_days
  FROM features
),
guard AS (
  -- who has a gap left, NaN or a value without bounds cannot be placed
  SELECT
    *,
    COALESCE(
      x_recency_days BETWEEN '-1e+307'::DOUBLE AND '1e+307'::DOUBLE
      AND x_monetary BETWEEN '-1e+307'::DOUBLE AND '1e+307'::DOUBLE
      AND x_mean_gap_days BETWEEN '-1e+307'::DOUBLE AND '1e+307'::DOUBLE,
      FALSE
    ) AS scorable
  FROM filled
),
evened AS (
  -- each feature evened out, cut at both ends and on one scale
  SELECT
    customer_id,
    scorable,
    -- recency_days: log1p, with 40 % zeros, for the skewness fell from 3.0 to 0.1
    (CASE WHEN x_recency_days <= '5e-31'::DOUBLE THEN '0.0'::DOUBLE WHEN x_recency_days >= '4051.041963787692'::DOUBLE THEN '9.0'::DOUBLE ELSE LN('1.0'::DOUBLE + x_recency_days / '0.5'::DOUBLE) END - '0.25'::DOUBLE) / '1.5'::DOUBLE AS z_recency_days,
    -- monetary: log1p, with 40 % zeros, for the skewness fell from 3.0 to 0.1
    (CASE WHEN x_monetary <= '5e-31'::DOUBLE THEN '0.0'::DOUBLE WHEN x_monetary >= '4051.041963787692'::DOUBLE THEN '9.0'::DOUBLE ELSE LN('1.0'::DOUBLE + x_monetary / '0.5'::DOUBLE) END - '0.25'::DOUBLE) / '1.5'::DOUBLE AS z_monetary,
    -- mean_gap_days: log1p, with 40 % zeros, for the skewness fell from 3.0 to 0.1
    (CASE WHEN x_mean_gap_days <= '5e-31'::DOUBLE THEN '0.0'::DOUBLE WHEN x_mean_gap_days >= '4051.041963787692'::DOUBLE THEN '9.0'::DOUBLE ELSE LN('1.0'::DOUBLE + x_mean_gap_days / '0.5'::DOUBLE) END - '0.25'::DOUBLE) / '1.5'::DOUBLE AS z_mean_gap_days
  FROM guard
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
),
distances AS (
  -- squared distance to each segment
  SELECT
    customer_id,
    scorable,
    -- 1: Champions
    (y_1 - '0.0'::DOUBLE) * (y_1 - '0.0'::DOUBLE) + (y_2 - '0.0'::DOUBLE) * (y_2 - '0.0'::DOUBLE) + (y_3 - '0.0'::DOUBLE) * (y_3 - '0.0'::DOUBLE) AS d_1,
    -- 2: Won't \ buy {{ 'x' }} -- {% if
    (y_1 - '1.0'::DOUBLE) * (y_1 - '1.0'::DOUBLE) + (y_2 - '1.0'::DOUBLE) * (y_2 - '1.0'::DOUBLE) + (y_3 - '1.0'::DOUBLE) * (y_3 - '1.0'::DOUBLE) AS d_2
  FROM merged
),
densities AS (
  -- logarithm of each segment's share and density there
  SELECT
    *,
    '-0.6931471805599453'::DOUBLE + ('-0.5'::DOUBLE * (d_1 * '1.0'::DOUBLE + '5.513631199228036'::DOUBLE)) AS j_1,
    '-0.6931471805599453'::DOUBLE + ('-0.5'::DOUBLE * (d_2 * '1.0'::DOUBLE + '5.513631199228036'::DOUBLE)) AS j_2
  FROM distances
),
tolerance AS (
  -- scores as good as each segment's: ties go to the first
  SELECT
    *,
    d_1 + '1e-09'::DOUBLE * d_1 AS t_1,
    d_2 + '1e-09'::DOUBLE * d_2 AS t_2
  FROM densities
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
),
others AS (
  -- the same among the other segments
  SELECT
    *,
    CASE WHEN segment = 1 THEN '1.7e+308'::DOUBLE ELSE d_1 END AS o_1,
    CASE WHEN segment = 2 THEN '1.7e+308'::DOUBLE ELSE d_2 END AS o_2
  FROM best
),
others_tolerance AS (
  -- what is as good as each
  SELECT
    *,
    o_1 + '1e-09'::DOUBLE * o_1 AS u_1,
    o_2 + '1e-09'::DOUBLE * o_2 AS u_2
  FROM others
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
),
likeliest AS (
  -- the highest log-density
  SELECT
    *,
    GREATEST(j_1, j_2) AS likeliest
  FROM next_best
),
shares AS (
  -- each density beside the highest one
  SELECT
    *,
    CASE WHEN j_1 - likeliest > '-700.0'::DOUBLE THEN EXP(j_1 - likeliest) ELSE '0.0'::DOUBLE END AS e_1,
    CASE WHEN j_2 - likeliest > '-700.0'::DOUBLE THEN EXP(j_2 - likeliest) ELSE '0.0'::DOUBLE END AS e_2
  FROM likeliest
),
confidence AS (
  -- their sum
  SELECT
    *,
    e_1 + e_2 AS total
  FROM shares
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
    WHEN 2 THEN 'Won\'t \\ buy {{ \'x\' }}\n-- {% if'
    ELSE 'Not classified'
  END AS segment_name,
  CASE segment WHEN 1 THEN e_1 WHEN 2 THEN e_2 END / total AS confidence,
  runner_up AS runner_up,
  CASE segment WHEN 1 THEN d_1 WHEN 2 THEN d_2 END * '1.0'::DOUBLE > '4.0'::DOUBLE AS unlike_any
FROM confidence
