-- Features of customers, one row each, written by autoseg-customers 0.1.0 for postgres.
-- Looked at from the start of 2024-04-01; rows from 2023-01-01 on. Amounts in NOK.
-- Left out: rows without a customer, a time or an amount, or outside of the window; customers who never bought.
-- revenue is in 1/10,000 of the currency's unit; NULL is a feature that a customer lacks.
WITH typed AS (
  SELECT
    NULLIF(NORMALIZE(BTRIM(CAST("customer_id" AS TEXT), CHR(32) || CHR(9) || CHR(13) || CHR(10) || CHR(160) || CHR(8199) || CHR(8201) || CHR(8239) || CHR(65279)), NFC), '') AS customer_id,
    (CAST("timestamp" AS TIMESTAMPTZ) AT TIME ZONE 'Europe/Oslo') AS timestamp,
    CASE WHEN "amount" > -99999999999999.99995 AND "amount" < 99999999999999.99995 THEN CAST("amount" AS DECIMAL(18, 4)) END AS amount,
    NULLIF(NORMALIZE(BTRIM(CAST("order_id" AS TEXT), CHR(32) || CHR(9) || CHR(13) || CHR(10) || CHR(160) || CHR(8199) || CHR(8201) || CHR(8239) || CHR(65279)), NFC), '') AS order_id,
    CASE WHEN "quantity" > -99999999999999.99995 AND "quantity" < 99999999999999.99995 THEN CAST("quantity" AS DECIMAL(18, 4)) END AS quantity,
    NULLIF(NORMALIZE(BTRIM(CAST("product_id" AS TEXT), CHR(32) || CHR(9) || CHR(13) || CHR(10) || CHR(160) || CHR(8199) || CHR(8201) || CHR(8239) || CHR(65279)), NFC), '') AS product_id,
    NULLIF(NORMALIZE(BTRIM(CAST("category" AS TEXT), CHR(32) || CHR(9) || CHR(13) || CHR(10) || CHR(160) || CHR(8199) || CHR(8201) || CHR(8239) || CHR(65279)), NFC), '') AS category,
    NULLIF(NORMALIZE(BTRIM(CAST("channel" AS TEXT), CHR(32) || CHR(9) || CHR(13) || CHR(10) || CHR(160) || CHR(8199) || CHR(8201) || CHR(8239) || CHR(65279)), NFC), '') AS channel,
    CASE WHEN "discount" > -99999999999999.99995 AND "discount" < 99999999999999.99995 THEN CAST("discount" AS DECIMAL(18, 4)) END AS discount,
    CASE WHEN "cost" > -99999999999999.99995 AND "cost" < 99999999999999.99995 THEN CAST("cost" AS DECIMAL(18, 4)) END AS cost
  FROM "shop"."orders"
),
lines AS (
  SELECT
    customer_id,
    COALESCE(
      order_id,
      customer_id || '#' || CAST(ROW_NUMBER() OVER (
        PARTITION BY customer_id, CASE WHEN order_id IS NULL THEN 1 ELSE 0 END
        ORDER BY timestamp, amount, quantity, product_id, category, channel, discount, cost
      ) AS TEXT)
    ) AS order_id,
    timestamp,
    amount,
    quantity,
    product_id,
    category,
    channel,
    discount,
    cost
  FROM typed
  WHERE
    NOT customer_id IS NULL
    AND ABS(amount) <= 1000000000000
    AND timestamp >= CAST('1990-01-01' AS DATE)
    AND timestamp < CAST('2101-01-01' AS DATE)
    AND timestamp >= CAST('2023-01-01' AS DATE)
    AND timestamp < CAST('2024-04-01' AS DATE)
), rolled_orders AS MATERIALIZED (
  SELECT
    customer_id,
    order_id,
    MIN(timestamp) AS ordered_at,
    CAST(SUM(amount) AS DECIMAL(38, 4)) AS amount,
    CAST(COUNT(*) AS BIGINT) AS n_lines,
    CAST(SUM(quantity) AS DECIMAL(38, 4)) AS quantity,
    CAST(SUM(discount) AS DECIMAL(38, 4)) AS discount
  FROM lines
  GROUP BY
    customer_id,
    order_id
), rolled_costed AS (
  SELECT
    customer_id,
    CAST(SUM(amount) AS DECIMAL(38, 4)) AS amount,
    CAST(SUM(cost) AS DECIMAL(38, 4)) AS cost
  FROM lines
  WHERE
    amount >= 0 AND NOT cost IS NULL
  GROUP BY
    customer_id
), rolled_products AS (
  SELECT
    customer_id,
    product_id,
    MIN(timestamp) AS first_at,
    MAX(timestamp) AS last_at
  FROM lines
  WHERE
    amount > 0 AND NOT product_id IS NULL
  GROUP BY
    customer_id,
    product_id
), rolled_categories AS MATERIALIZED (
  SELECT
    customer_id,
    category,
    CAST(SUM(amount) AS DECIMAL(38, 4)) AS spent,
    CAST(SUM(CASE WHEN quantity > 0 THEN amount END) AS DECIMAL(38, 4)) AS priced,
    CAST(SUM(CASE WHEN quantity > 0 THEN quantity END) AS DECIMAL(38, 4)) AS units
  FROM lines
  WHERE
    amount > 0 AND NOT category IS NULL
  GROUP BY
    customer_id,
    category
), rolled_prices AS (
  SELECT
    customer_id,
    category,
    CAST(amount AS DOUBLE PRECISION) / NULLIF(CAST(quantity AS DOUBLE PRECISION), 0) AS unit_price,
    CAST(COUNT(*) AS BIGINT) AS n_lines
  FROM lines
  WHERE
    amount > 0 AND NOT category IS NULL AND quantity > 0
  GROUP BY
    customer_id,
    category,
    CAST(amount AS DOUBLE PRECISION) / NULLIF(CAST(quantity AS DOUBLE PRECISION), 0)
), rolled_channels AS (
  SELECT
    customer_id,
    channel,
    CAST(SUM(amount) AS DECIMAL(38, 4)) AS spent
  FROM lines
  WHERE
    amount > 0 AND NOT channel IS NULL
  GROUP BY
    customer_id,
    channel
), by_orders AS (
  SELECT
    customer_id,
    CAST(CAST(SUM(amount) AS DECIMAL(23, 4)) * 10000 AS BIGINT) AS revenue,
    CAST(MIN(age) AS DOUBLE PRECISION) AS recency_days,
    CAST(COUNT(age) AS DOUBLE PRECISION) AS frequency,
    CAST(MAX(age) AS DOUBLE PRECISION) AS tenure_days,
    CAST(MAX(age) - MIN(age) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) - 1 AS DOUBLE PRECISION), 0) AS mean_gap_days,
    SQRT(
      CAST(COUNT(gap) * SUM(gap * gap) - SUM(gap) * SUM(gap) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(gap) * (
        COUNT(gap) - 1
      ) AS DOUBLE PRECISION), 0)
    ) AS sd_gap_days,
    CAST(SQRT(
      CAST(COUNT(gap) * SUM(gap * gap) - SUM(gap) * SUM(gap) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(gap) * (
        COUNT(gap) - 1
      ) AS DOUBLE PRECISION), 0)
    ) AS DOUBLE PRECISION) / NULLIF(
      CAST(SUM(gap) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(gap) AS DOUBLE PRECISION), 0),
      0
    ) AS gap_cv,
    CAST(MIN(age) * (
      COUNT(age) - 1
    ) AS DOUBLE PRECISION) / NULLIF(CAST(MAX(age) - MIN(age) AS DOUBLE PRECISION), 0) AS overdue_ratio,
    CAST(SUM(CASE WHEN age <= 90 THEN 1 ELSE 0 END) - SUM(CASE WHEN age > 90 AND age <= 180 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(
      CAST(SUM(CASE WHEN age <= 90 THEN 1 ELSE 0 END) + SUM(CASE WHEN age > 90 AND age <= 180 THEN 1 ELSE 0 END) AS DOUBLE PRECISION),
      0
    ) AS trend_90d,
    CAST(CASE WHEN MAX(gap) > MIN(age) THEN MAX(gap) ELSE MIN(age) END AS DOUBLE PRECISION) AS longest_silence_days,
    CAST(COUNT(DISTINCT month) AS DOUBLE PRECISION) AS active_months,
    CAST(SUM(amount) AS DOUBLE PRECISION) AS monetary,
    CAST(SUM(spent) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0) AS average_order_value,
    CAST(SUM(CASE WHEN age <= 90 THEN spent ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(SUM(spent) AS DOUBLE PRECISION), 0) AS revenue_share_90d,
    CAST(SUM(CASE WHEN weekday >= 5 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0) AS weekend_share,
    CAST(CAST(FLOOR(
      (
        COALESCE(
          -(
            CAST(SUM(CASE WHEN weekday = 0 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0)
          ) * LN(
            NULLIF(
              CAST(SUM(CASE WHEN weekday = 0 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0),
              0
            )
          ),
          0
        )
      ) * 1000000000000 + CAST('0.5' AS DOUBLE PRECISION)
    ) AS BIGINT) + CAST(FLOOR(
      (
        COALESCE(
          -(
            CAST(SUM(CASE WHEN weekday = 1 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0)
          ) * LN(
            NULLIF(
              CAST(SUM(CASE WHEN weekday = 1 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0),
              0
            )
          ),
          0
        )
      ) * 1000000000000 + CAST('0.5' AS DOUBLE PRECISION)
    ) AS BIGINT) + CAST(FLOOR(
      (
        COALESCE(
          -(
            CAST(SUM(CASE WHEN weekday = 2 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0)
          ) * LN(
            NULLIF(
              CAST(SUM(CASE WHEN weekday = 2 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0),
              0
            )
          ),
          0
        )
      ) * 1000000000000 + CAST('0.5' AS DOUBLE PRECISION)
    ) AS BIGINT) + CAST(FLOOR(
      (
        COALESCE(
          -(
            CAST(SUM(CASE WHEN weekday = 3 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0)
          ) * LN(
            NULLIF(
              CAST(SUM(CASE WHEN weekday = 3 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0),
              0
            )
          ),
          0
        )
      ) * 1000000000000 + CAST('0.5' AS DOUBLE PRECISION)
    ) AS BIGINT) + CAST(FLOOR(
      (
        COALESCE(
          -(
            CAST(SUM(CASE WHEN weekday = 4 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0)
          ) * LN(
            NULLIF(
              CAST(SUM(CASE WHEN weekday = 4 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0),
              0
            )
          ),
          0
        )
      ) * 1000000000000 + CAST('0.5' AS DOUBLE PRECISION)
    ) AS BIGINT) + CAST(FLOOR(
      (
        COALESCE(
          -(
            CAST(SUM(CASE WHEN weekday = 5 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0)
          ) * LN(
            NULLIF(
              CAST(SUM(CASE WHEN weekday = 5 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0),
              0
            )
          ),
          0
        )
      ) * 1000000000000 + CAST('0.5' AS DOUBLE PRECISION)
    ) AS BIGINT) + CAST(FLOOR(
      (
        COALESCE(
          -(
            CAST(SUM(CASE WHEN weekday = 6 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0)
          ) * LN(
            NULLIF(
              CAST(SUM(CASE WHEN weekday = 6 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0),
              0
            )
          ),
          0
        )
      ) * 1000000000000 + CAST('0.5' AS DOUBLE PRECISION)
    ) AS BIGINT) AS DOUBLE PRECISION) / NULLIF(CAST(1000000000000 AS DOUBLE PRECISION), 0) AS weekday_entropy,
    CAST(CAST(FLOOR(
      (
        COALESCE(
          -(
            CAST(SUM(CASE WHEN month % 12 = 0 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0)
          ) * LN(
            NULLIF(
              CAST(SUM(CASE WHEN month % 12 = 0 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0),
              0
            )
          ),
          0
        )
      ) * 1000000000000 + CAST('0.5' AS DOUBLE PRECISION)
    ) AS BIGINT) + CAST(FLOOR(
      (
        COALESCE(
          -(
            CAST(SUM(CASE WHEN month % 12 = 1 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0)
          ) * LN(
            NULLIF(
              CAST(SUM(CASE WHEN month % 12 = 1 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0),
              0
            )
          ),
          0
        )
      ) * 1000000000000 + CAST('0.5' AS DOUBLE PRECISION)
    ) AS BIGINT) + CAST(FLOOR(
      (
        COALESCE(
          -(
            CAST(SUM(CASE WHEN month % 12 = 2 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0)
          ) * LN(
            NULLIF(
              CAST(SUM(CASE WHEN month % 12 = 2 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0),
              0
            )
          ),
          0
        )
      ) * 1000000000000 + CAST('0.5' AS DOUBLE PRECISION)
    ) AS BIGINT) + CAST(FLOOR(
      (
        COALESCE(
          -(
            CAST(SUM(CASE WHEN month % 12 = 3 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0)
          ) * LN(
            NULLIF(
              CAST(SUM(CASE WHEN month % 12 = 3 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0),
              0
            )
          ),
          0
        )
      ) * 1000000000000 + CAST('0.5' AS DOUBLE PRECISION)
    ) AS BIGINT) + CAST(FLOOR(
      (
        COALESCE(
          -(
            CAST(SUM(CASE WHEN month % 12 = 4 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0)
          ) * LN(
            NULLIF(
              CAST(SUM(CASE WHEN month % 12 = 4 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0),
              0
            )
          ),
          0
        )
      ) * 1000000000000 + CAST('0.5' AS DOUBLE PRECISION)
    ) AS BIGINT) + CAST(FLOOR(
      (
        COALESCE(
          -(
            CAST(SUM(CASE WHEN month % 12 = 5 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0)
          ) * LN(
            NULLIF(
              CAST(SUM(CASE WHEN month % 12 = 5 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0),
              0
            )
          ),
          0
        )
      ) * 1000000000000 + CAST('0.5' AS DOUBLE PRECISION)
    ) AS BIGINT) + CAST(FLOOR(
      (
        COALESCE(
          -(
            CAST(SUM(CASE WHEN month % 12 = 6 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0)
          ) * LN(
            NULLIF(
              CAST(SUM(CASE WHEN month % 12 = 6 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0),
              0
            )
          ),
          0
        )
      ) * 1000000000000 + CAST('0.5' AS DOUBLE PRECISION)
    ) AS BIGINT) + CAST(FLOOR(
      (
        COALESCE(
          -(
            CAST(SUM(CASE WHEN month % 12 = 7 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0)
          ) * LN(
            NULLIF(
              CAST(SUM(CASE WHEN month % 12 = 7 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0),
              0
            )
          ),
          0
        )
      ) * 1000000000000 + CAST('0.5' AS DOUBLE PRECISION)
    ) AS BIGINT) + CAST(FLOOR(
      (
        COALESCE(
          -(
            CAST(SUM(CASE WHEN month % 12 = 8 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0)
          ) * LN(
            NULLIF(
              CAST(SUM(CASE WHEN month % 12 = 8 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0),
              0
            )
          ),
          0
        )
      ) * 1000000000000 + CAST('0.5' AS DOUBLE PRECISION)
    ) AS BIGINT) + CAST(FLOOR(
      (
        COALESCE(
          -(
            CAST(SUM(CASE WHEN month % 12 = 9 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0)
          ) * LN(
            NULLIF(
              CAST(SUM(CASE WHEN month % 12 = 9 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0),
              0
            )
          ),
          0
        )
      ) * 1000000000000 + CAST('0.5' AS DOUBLE PRECISION)
    ) AS BIGINT) + CAST(FLOOR(
      (
        COALESCE(
          -(
            CAST(SUM(CASE WHEN month % 12 = 10 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0)
          ) * LN(
            NULLIF(
              CAST(SUM(CASE WHEN month % 12 = 10 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0),
              0
            )
          ),
          0
        )
      ) * 1000000000000 + CAST('0.5' AS DOUBLE PRECISION)
    ) AS BIGINT) + CAST(FLOOR(
      (
        COALESCE(
          -(
            CAST(SUM(CASE WHEN month % 12 = 11 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0)
          ) * LN(
            NULLIF(
              CAST(SUM(CASE WHEN month % 12 = 11 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0),
              0
            )
          ),
          0
        )
      ) * 1000000000000 + CAST('0.5' AS DOUBLE PRECISION)
    ) AS BIGINT) AS DOUBLE PRECISION) / NULLIF(CAST(1000000000000 AS DOUBLE PRECISION), 0) AS month_entropy,
    CAST(GREATEST(
      SUM(CASE WHEN month % 12 >= 0 AND month % 12 < 3 THEN 1 ELSE 0 END),
      SUM(CASE WHEN month % 12 >= 3 AND month % 12 < 6 THEN 1 ELSE 0 END),
      SUM(CASE WHEN month % 12 >= 6 AND month % 12 < 9 THEN 1 ELSE 0 END),
      SUM(CASE WHEN month % 12 >= 9 AND month % 12 < 12 THEN 1 ELSE 0 END)
    ) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0) AS peak_quarter_share,
    CASE
      WHEN MAX(month) - MIN(month) >= 10
      THEN CAST(GREATEST(
        SUM(CASE WHEN (
          month + 0
        ) % 12 < 3 THEN 1 ELSE 0 END),
        SUM(CASE WHEN (
          month + 1
        ) % 12 < 3 THEN 1 ELSE 0 END),
        SUM(CASE WHEN (
          month + 2
        ) % 12 < 3 THEN 1 ELSE 0 END),
        SUM(CASE WHEN (
          month + 3
        ) % 12 < 3 THEN 1 ELSE 0 END),
        SUM(CASE WHEN (
          month + 4
        ) % 12 < 3 THEN 1 ELSE 0 END),
        SUM(CASE WHEN (
          month + 5
        ) % 12 < 3 THEN 1 ELSE 0 END),
        SUM(CASE WHEN (
          month + 6
        ) % 12 < 3 THEN 1 ELSE 0 END),
        SUM(CASE WHEN (
          month + 7
        ) % 12 < 3 THEN 1 ELSE 0 END),
        SUM(CASE WHEN (
          month + 8
        ) % 12 < 3 THEN 1 ELSE 0 END),
        SUM(CASE WHEN (
          month + 9
        ) % 12 < 3 THEN 1 ELSE 0 END),
        SUM(CASE WHEN (
          month + 10
        ) % 12 < 3 THEN 1 ELSE 0 END),
        SUM(CASE WHEN (
          month + 11
        ) % 12 < 3 THEN 1 ELSE 0 END)
      ) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0)
    END AS season_share,
    CAST(8 - GREATEST(
      SUM(CASE WHEN weekday = 0 THEN 1 ELSE 0 END) * 8 + 7,
      SUM(CASE WHEN weekday = 1 THEN 1 ELSE 0 END) * 8 + 6,
      SUM(CASE WHEN weekday = 2 THEN 1 ELSE 0 END) * 8 + 5,
      SUM(CASE WHEN weekday = 3 THEN 1 ELSE 0 END) * 8 + 4,
      SUM(CASE WHEN weekday = 4 THEN 1 ELSE 0 END) * 8 + 3,
      SUM(CASE WHEN weekday = 5 THEN 1 ELSE 0 END) * 8 + 2,
      SUM(CASE WHEN weekday = 6 THEN 1 ELSE 0 END) * 8 + 1
    ) % 8 AS DOUBLE PRECISION) AS preferred_weekday,
    CAST(SUM(units) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(units) AS DOUBLE PRECISION), 0) AS units_per_order,
    CAST(SUM(lines) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0) AS lines_per_order,
    CAST(SUM(discount) AS DOUBLE PRECISION) / NULLIF(CAST(SUM(spent) + SUM(discount) AS DOUBLE PRECISION), 0) AS discount_share,
    CAST(SUM(CASE WHEN discount > 0 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(age) AS DOUBLE PRECISION), 0) AS discounted_order_share,
    CAST(SUM(returned) AS DOUBLE PRECISION) / NULLIF(CAST(SUM(spent) AS DOUBLE PRECISION), 0) AS return_share,
    CAST(SUM(CASE WHEN amount < 0 THEN 1 ELSE 0 END) AS DOUBLE PRECISION) / NULLIF(CAST(SUM(CASE WHEN amount = 0 THEN 0 ELSE 1 END) AS DOUBLE PRECISION), 0) AS returned_order_share,
    CAST(CASE
      WHEN MAX(age) <= 90
      THEN 1
      WHEN (
        MIN(age) <= 30
        OR (
          (
            MAX(age) - MIN(age)
          ) > 0
          AND 2 * MIN(age) * (
            COUNT(age) - 1
          ) <= 3 * (
            MAX(age) - MIN(age)
          )
        )
        OR (
          (
            MAX(age) - MIN(age)
          ) = 0 AND MIN(age) <= 90
        )
      )
      THEN 2
      WHEN (
        MIN(age) <= 60
        OR (
          (
            MAX(age) - MIN(age)
          ) > 0
          AND 2 * MIN(age) * (
            COUNT(age) - 1
          ) <= 6 * (
            MAX(age) - MIN(age)
          )
        )
        OR (
          (
            MAX(age) - MIN(age)
          ) = 0 AND MIN(age) <= 180
        )
      )
      THEN 3
      ELSE 4
    END AS DOUBLE PRECISION) AS journey_stage
  FROM (
    SELECT
      customer_id,
      CASE
        WHEN amount > 0
        THEN (
          CAST('2024-04-01' AS DATE) - CAST(ordered_at AS DATE)
        )
      END AS age,
      CASE
        WHEN amount > 0
        THEN (
          CAST(ordered_at AS DATE) - CAST(LAG(CAST(ordered_at AS DATE)) OVER (PARTITION BY customer_id, amount > 0 ORDER BY ordered_at) AS DATE)
        )
      END AS gap,
      amount AS amount,
      CASE WHEN amount > 0 THEN amount END AS spent,
      CASE WHEN amount < 0 THEN -amount ELSE 0 END AS returned,
      CASE
        WHEN amount > 0
        THEN (
          (
            CAST(ordered_at AS DATE) - CAST('0001-01-01' AS DATE)
          ) % 7
        )
      END AS weekday,
      CASE
        WHEN amount > 0
        THEN 12 * EXTRACT(YEAR FROM ordered_at) + EXTRACT(MONTH FROM ordered_at) - 1
      END AS month,
      CASE WHEN amount > 0 THEN n_lines END AS lines,
      CASE WHEN amount > 0 THEN quantity END AS units,
      CASE WHEN amount > 0 THEN COALESCE(discount, 0) END AS discount
    FROM rolled_orders AS orders
  ) AS of_orders
  GROUP BY
    customer_id
  HAVING
    SUM(CASE WHEN amount > 0 THEN 1 ELSE 0 END) > 0
), by_ranked AS (
  SELECT
    customer_id,
    CAST(SUM(tenths_at_median) AS DOUBLE PRECISION) / NULLIF(CAST(10 AS DOUBLE PRECISION), 0) AS median_order_value,
    CAST(SUM(tenths_at_p90) AS DOUBLE PRECISION) / NULLIF(CAST(10 AS DOUBLE PRECISION), 0) AS p90_order_value
  FROM (
    SELECT
      customer_id,
      CASE
        WHEN ABS(10 * place - 5 * (
          n - 1
        )) < 10
        THEN amount * (
          10 - ABS(10 * place - 5 * (
            n - 1
          ))
        )
        ELSE 0
      END AS tenths_at_median,
      CASE
        WHEN ABS(10 * place - 9 * (
          n - 1
        )) < 10
        THEN amount * (
          10 - ABS(10 * place - 9 * (
            n - 1
          ))
        )
        ELSE 0
      END AS tenths_at_p90
    FROM (
      SELECT
        customer_id,
        amount,
        ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY amount) - 1 AS place,
        COUNT(*) OVER (PARTITION BY customer_id) AS n
      FROM rolled_orders AS orders
      WHERE
        amount > 0
    ) AS ranked
  ) AS of_ranked
  GROUP BY
    customer_id
), by_costed AS (
  SELECT
    customer_id,
    CAST(SUM(amount) - SUM(cost) AS DOUBLE PRECISION) AS gross_margin,
    CAST(SUM(amount) - SUM(cost) AS DOUBLE PRECISION) / NULLIF(CAST(SUM(amount) AS DOUBLE PRECISION), 0) AS margin_share
  FROM (
    SELECT
      customer_id,
      amount AS amount,
      cost AS cost
    FROM rolled_costed AS costed
  ) AS of_costed
  GROUP BY
    customer_id
), by_products AS (
  SELECT
    customer_id,
    CAST(COUNT(*) AS DOUBLE PRECISION) AS distinct_products,
    CAST(SUM(again) AS DOUBLE PRECISION) / NULLIF(CAST(COUNT(*) AS DOUBLE PRECISION), 0) AS repeat_product_share
  FROM (
    SELECT
      customer_id,
      CASE WHEN CAST(first_at AS DATE) < CAST(last_at AS DATE) THEN 1 ELSE 0 END AS again
    FROM rolled_products AS products
  ) AS of_products
  GROUP BY
    customer_id
), by_categories AS (
  SELECT
    customer_id,
    CAST(COUNT(*) AS DOUBLE PRECISION) AS distinct_categories,
    CAST(MAX(spent) AS DOUBLE PRECISION) / NULLIF(CAST(SUM(spent) AS DOUBLE PRECISION), 0) AS top_category_share
  FROM (
    SELECT
      customer_id,
      spent AS spent
    FROM rolled_categories AS categories
  ) AS of_categories
  GROUP BY
    customer_id
), by_spread AS (
  SELECT
    customer_id,
    CAST(SUM(entropy) AS DOUBLE PRECISION) / NULLIF(CAST(1000000000000 AS DOUBLE PRECISION), 0) AS category_entropy
  FROM (
    SELECT
      customer_id,
      CAST(FLOOR(
        (
          COALESCE(-(
            share
          ) * LN(NULLIF(share, 0)), 0)
        ) * 1000000000000 + CAST('0.5' AS DOUBLE PRECISION)
      ) AS BIGINT) AS entropy
    FROM (
      SELECT
        customer_id,
        CAST(spent AS DOUBLE PRECISION) / NULLIF(CAST(SUM(spent) OVER (PARTITION BY customer_id) AS DOUBLE PRECISION), 0) AS share
      FROM rolled_categories AS categories
    ) AS spread
  ) AS of_spread
  GROUP BY
    customer_id
), by_priced AS (
  SELECT
    customer_id,
    CASE
      WHEN COUNT(usual_whole) = COUNT(*)
      THEN CAST(SUM(paid) AS DOUBLE PRECISION) / NULLIF(
        CAST(SUM(usual_whole) AS DOUBLE PRECISION) + CAST(SUM(usual_rest) AS DOUBLE PRECISION) / NULLIF(CAST(1000000000000 AS DOUBLE PRECISION), 0),
        0
      )
    END AS price_level
  FROM (
    SELECT
      customer_id,
      priced AS paid,
      CASE WHEN usual < 1000000000000000 THEN CAST(FLOOR(usual) AS BIGINT) END AS usual_whole,
      CASE
        WHEN usual < 1000000000000000
        THEN CAST(FLOOR((
          usual - FLOOR(usual)
        ) * 1000000000000 + CAST('0.5' AS DOUBLE PRECISION)) AS BIGINT)
      END AS usual_rest
    FROM (
      SELECT
        customer_id,
        priced,
        CAST(units AS DOUBLE PRECISION) * median AS usual
      FROM rolled_categories AS categories
      JOIN (
        SELECT
          category,
          CAST(MAX(
            CASE
              WHEN 2 * (
                n_until - n_lines
              ) <= n - 1 AND n - 1 < 2 * n_until
              THEN unit_price
            END
          ) + MAX(
            CASE WHEN 2 * (
              n_until - n_lines
            ) <= n AND n < 2 * n_until THEN unit_price END
          ) AS DOUBLE PRECISION) / NULLIF(CAST(2 AS DOUBLE PRECISION), 0) AS median
        FROM (
          SELECT
            category,
            unit_price,
            n_lines,
            SUM(n_lines) OVER (PARTITION BY category ORDER BY unit_price) AS n_until,
            SUM(n_lines) OVER (PARTITION BY category) AS n
          FROM (
            SELECT
              category,
              unit_price,
              SUM(n_lines) AS n_lines
            FROM rolled_prices AS prices
            JOIN (
              SELECT
                customer_id
              FROM rolled_orders AS orders
              GROUP BY
                customer_id
              HAVING
                SUM(CASE WHEN amount > 0 THEN 1 ELSE 0 END) > 0
            ) AS buyers
              USING (customer_id)
            GROUP BY
              category,
              unit_price
          ) AS prices
        ) AS prices
        GROUP BY
          category
      ) AS medians
        USING (category)
      WHERE
        units > 0
    ) AS priced
  ) AS of_priced
  GROUP BY
    customer_id
), by_channels AS (
  SELECT
    customer_id,
    CAST(COUNT(*) AS DOUBLE PRECISION) AS distinct_channels,
    CAST(MAX(spent) AS DOUBLE PRECISION) / NULLIF(CAST(SUM(spent) AS DOUBLE PRECISION), 0) AS top_channel_share
  FROM (
    SELECT
      customer_id,
      spent AS spent
    FROM rolled_channels AS channels
  ) AS of_channels
  GROUP BY
    customer_id
)
SELECT
  by_orders.customer_id,
  by_orders.revenue,
  by_orders.recency_days,
  by_orders.frequency,
  by_orders.tenure_days,
  by_orders.mean_gap_days,
  by_orders.sd_gap_days,
  by_orders.gap_cv,
  by_orders.overdue_ratio,
  by_orders.trend_90d,
  by_orders.longest_silence_days,
  by_orders.active_months,
  by_orders.monetary,
  by_orders.average_order_value,
  by_ranked.median_order_value,
  by_ranked.p90_order_value,
  by_orders.revenue_share_90d,
  by_costed.gross_margin,
  by_costed.margin_share,
  by_orders.weekend_share,
  by_orders.weekday_entropy,
  by_orders.month_entropy,
  by_orders.peak_quarter_share,
  by_orders.season_share,
  by_orders.preferred_weekday,
  by_orders.units_per_order,
  by_orders.lines_per_order,
  by_products.distinct_products,
  by_categories.distinct_categories,
  by_spread.category_entropy,
  by_categories.top_category_share,
  by_products.repeat_product_share,
  by_orders.discount_share,
  by_orders.discounted_order_share,
  by_priced.price_level,
  by_orders.return_share,
  by_orders.returned_order_share,
  by_channels.distinct_channels,
  by_channels.top_channel_share,
  by_orders.journey_stage
FROM by_orders
LEFT JOIN by_ranked
  ON by_ranked.customer_id = by_orders.customer_id
LEFT JOIN by_costed
  ON by_costed.customer_id = by_orders.customer_id
LEFT JOIN by_products
  ON by_products.customer_id = by_orders.customer_id
LEFT JOIN by_categories
  ON by_categories.customer_id = by_orders.customer_id
LEFT JOIN by_spread
  ON by_spread.customer_id = by_orders.customer_id
LEFT JOIN by_priced
  ON by_priced.customer_id = by_orders.customer_id
LEFT JOIN by_channels
  ON by_channels.customer_id = by_orders.customer_id
