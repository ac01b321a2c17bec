-- Segments of customers, one row each, from the features in shop.features, written by autoseg-customers 0.1.0 for databricks.
-- The model has 2 segments, as of 2024-01-01, amounts in NOK.
-- Who cannot be placed has no segment and the key 'unscorable'.
-- This SQL has never been executed on databricks: compare a few customers before you rely on it.
WITH filled AS (
  -- the features, and what stands for a gap
  SELECT
    `customer_id` AS customer_id,
    CAST(`recency_days` AS DOUBLE) AS x_recency_days,
    -- monetary: nothing is known, so the median of the fit
    CASE WHEN CAST(`monetary` AS DOUBLE) IS NULL OR ISNAN(CAST(`monetary` AS DOUBLE)) THEN 1.5e0D ELSE CAST(`monetary` AS DOUBLE) END AS x_monetary,
    -- mean_gap_days: it has not come yet, so the days as a customer
    CASE WHEN CAST(`mean_gap_days` AS DOUBLE) IS NULL OR ISNAN(CAST(`mean_gap_days` AS DOUBLE)) THEN CAST(`tenure_days` AS DOUBLE) ELSE CAST(`mean_gap_days` AS DOUBLE) END AS x_mean_gap_days
  FROM `shop`.`features`
),
guard AS (
  -- who has a gap left, NaN or a value without bounds cannot be placed
  SELECT
    *,
    COALESCE(
      x_recency_days BETWEEN (-1e+307D) AND 1e+307D
      AND x_monetary BETWEEN (-1e+307D) AND 1e+307D
      AND x_mean_gap_days BETWEEN (-1e+307D) AND 1e+307D,
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
    (CASE WHEN x_recency_days <= 5e-31D THEN 0.0e0D WHEN x_recency_days >= 4051.041963787692e0D THEN 9.0e0D ELSE LN(1.0e0D + x_recency_days / 0.5e0D) END - 0.25e0D) / 1.5e0D AS z_recency_days,
    -- monetary: log1p, with 40 % zeros, for the skewness fell from 3.0 to 0.1
    (CASE WHEN x_monetary <= 5e-31D THEN 0.0e0D WHEN x_monetary >= 4051.041963787692e0D THEN 9.0e0D ELSE LN(1.0e0D + x_monetary / 0.5e0D) END - 0.25e0D) / 1.5e0D AS z_monetary,
    -- mean_gap_days: log1p, with 40 % zeros, for the skewness fell from 3.0 to 0.1
    (CASE WHEN x_mean_gap_days <= 5e-31D THEN 0.0e0D WHEN x_mean_gap_days >= 4051.041963787692e0D THEN 9.0e0D ELSE LN(1.0e0D + x_mean_gap_days / 0.5e0D) END - 0.25e0D) / 1.5e0D AS z_mean_gap_days
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
    (y_1 - 0.0e0D) * (y_1 - 0.0e0D) + (y_2 - 0.0e0D) * (y_2 - 0.0e0D) + (y_3 - 0.0e0D) * (y_3 - 0.0e0D) AS d_1,
    -- 2: Won't \ buy {{ 'x' }} -- {% if
    (y_1 - 1.0e0D) * (y_1 - 1.0e0D) + (y_2 - 1.0e0D) * (y_2 - 1.0e0D) + (y_3 - 1.0e0D) * (y_3 - 1.0e0D) AS d_2
  FROM merged
),
densities AS (
  -- logarithm of each segment's share and density there
  SELECT
    *,
    (-0.6931471805599453e0D) + ((-0.5e0D) * (d_1 * 1.0e0D + 5.513631199228036e0D)) AS j_1,
    (-0.6931471805599453e0D) + ((-0.5e0D) * (d_2 * 1.0e0D + 5.513631199228036e0D)) AS j_2
  FROM distances
),
tolerance AS (
  -- scores as good as each segment's: ties go to the first
  SELECT
    *,
    d_1 + 1e-09D * d_1 AS t_1,
    d_2 + 1e-09D * d_2 AS t_2
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
    CASE WHEN segment = 1 THEN 1.7e+308D ELSE d_1 END AS o_1,
    CASE WHEN segment = 2 THEN 1.7e+308D ELSE d_2 END AS o_2
  FROM best
),
others_tolerance AS (
  -- what is as good as each
  SELECT
    *,
    o_1 + 1e-09D * o_1 AS u_1,
    o_2 + 1e-09D * o_2 AS u_2
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
    CASE WHEN j_1 - likeliest > (-700.0e0D) THEN EXP(j_1 - likeliest) ELSE 0.0e0D END AS e_1,
    CASE WHEN j_2 - likeliest > (-700.0e0D) THEN EXP(j_2 - likeliest) ELSE 0.0e0D END AS e_2
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
  CASE segment WHEN 1 THEN d_1 WHEN 2 THEN d_2 END * 1.0e0D > 4.0e0D AS unlike_any,
  CASE WHEN scorable THEN e_1 / total END AS p_1,
  CASE WHEN scorable THEN e_2 / total END AS p_2
FROM confidence
