# Fit every model of mclust with 1 to 10 components and keep the best by BIC.
#   Rscript mclust.R COLUMNS.csv LABELS.txt
# The last line printed is the CPU seconds of the fits; starting R does not count.
suppressPackageStartupMessages(library(mclust))
paths <- commandArgs(trailingOnly = TRUE)
columns <- as.matrix(read.csv(paths[1]))
set.seed(0)
before <- proc.time()
fit <- Mclust(columns, G = 1:10, verbose = FALSE)
spent <- proc.time() - before
if (is.null(fit)) stop("mclust fitted no model")
write(fit$classification, paths[2], ncolumns = 1)
cat(spent[["user.self"]] + spent[["sys.self"]], "\n")
