# Write compare_values.json from compare_attempts.csv with base R alone; none of this project's code is used.
# Run: Rscript tests/reference/make_compare_values.R          (R 4.5.0; Debian: apt-get install r-base-core)
# In the table `school` has both groups in each, `arm` is of one group as a whole; a drill not passed stands at its limit.
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
d <- read.csv(file.path(here, "compare_attempts.csv"))
d$log_time <- log(d$time_s); d$x <- log(d$number); d$right <- as.numeric(d$passed == "yes")
out <- list()
put <- function(name, ...) out[[name]] <<- c(...)
ends <- function(estimate, error, degrees) {
  half <- qt(0.975, degrees) * error
  c(estimate = estimate, lower = estimate - half, upper = estimate + half, degrees = degrees)
}

# one value a person and side
side <- function(name, phase) with(d[d$phase == phase, ], tapply(get(name), person, mean))
first <- d[!duplicated(d$person), ]; trained <- as.numeric(first$group == "trained")
measures <- c("log_time", "idf1", "right")
before <- sapply(measures, side, "before"); after <- sapply(measures, side, "after")
change <- after - before
for (name in measures) put(paste0("sides_", name), before[, name], after[, name], use.names = FALSE)

# one group: t interval of the mean change, and the same over means of schools
described <- function(values) {
  test <- t.test(values)
  c(estimate = unname(test$estimate), lower = test$conf.int[1], upper = test$conf.int[2],
    degrees = unname(test$parameter))
}
for (name in measures) put(paste0("change_", name), described(change[, name]))
put("change_schools", described(tapply(change[, "log_time"], first$arm, mean)))

# signed rank: the Walsh averages to leave out at each end are those whose level is nearest to the wanted one. R's own
# interval of wilcox.test leaves out c when asked for a level between those of c and c + 1; with ties, where it has no
# exact one, the averages themselves are counted off, as for values without ties
skipped_at <- function(n, level) which.min(abs(1 - 2 * psignrank(0:(n * (n + 1) / 4), n) - level)) - 1
rank_of <- function(values, level, is_tied) {
  n <- length(values); skipped <- skipped_at(n, level)
  reached <- 1 - 2 * psignrank(skipped, n)
  if (is_tied) {
    w <- outer(values, values, "+") / 2; w <- sort(w[upper.tri(w, diag = TRUE)])
    return(c(estimate = median(w), lower = w[skipped + 1], upper = w[length(w) - skipped], level = reached))
  }
  asked <- 1 - psignrank(skipped, n) - psignrank(skipped + 1, n)
  test <- wilcox.test(values, conf.int = TRUE, conf.level = asked, exact = TRUE)
  c(estimate = unname(test$estimate), lower = test$conf.int[1], upper = test$conf.int[2], level = reached)
}
for (level in c(0.90, 0.95)) put(sprintf("rank_log_time_%.0f", 100 * level), rank_of(change[, "log_time"], level, FALSE))
put("rank_passed_90", rank_of(change[, "right"], 0.90, TRUE))
put("rank_schools_90", rank_of(tapply(change[, "log_time"], first$arm, mean), 0.90, FALSE))
put("rank_levels", sapply(6:50, function(n) 1 - 2 * psignrank(skipped_at(n, 0.90), n)))
# beyond 50 people the normal approximation, beyond 2,000 bisection: R's own of the same numbers
for (n in c(120, 2500)) {
  values <- 0.05 + 0.3 * sin(seq_len(n)^2)
  test <- suppressWarnings(wilcox.test(values, conf.int = TRUE, conf.level = 0.95, exact = n < 1000, tol.root = 1e-10))
  put(paste0("rank_many_", n), estimate = unname(test$estimate), lower = test$conf.int[1], upper = test$conf.int[2])
}

# two groups: analysis of covariance, own baseline as covariate; with the school; over means of schools
effect <- function(fit) {
  found <- summary(fit)$coefficients["trained", ]
  ends(unname(found["Estimate"]), unname(found["Std. Error"]), fit$df.residual)
}
for (name in measures) {
  y <- after[, name]; b <- before[, name]; school <- factor(first$school)
  put(paste0("groups_", name), effect(lm(y ~ trained + b)))
  put(paste0("groups_school_", name), effect(lm(y ~ trained + b + school)))
}
by_arm <- function(values) as.numeric(tapply(values, first$arm, mean))
arms <- data.frame(y = by_arm(after[, "log_time"]), b = by_arm(before[, "log_time"]), trained = by_arm(trained))
put("groups_arms_log_time", effect(lm(y ~ trained + b, data = arms)))

# beyond practice: within each person and side one slope on log number; the change is of the sides' own levels, mean over
# people. Error: the infinitesimal jackknife over people, the derivative by each one's weight, squared, n / (n - 1):
# the sandwich of a cluster that the docstring writes out, found here without its formula
d$cell <- factor(paste(d$person, d$phase))
beyond <- function(rows, name, weight) {
  rows$w <- weight[rows$person]; rows$y <- rows[[name]]; rows$cell <- droplevels(rows$cell)
  fit <- lm(y ~ cell + x - 1, data = rows, weights = w)
  level <- function(phase) coef(fit)[paste0("cell", names(weight), " ", phase)]
  c(estimate = unname(sum(weight * (level("after") - level("before"))) / sum(weight)), slope = unname(coef(fit)["x"]))
}
practice <- function(rows, name) {
  people <- sort(unique(rows$person)); n <- length(people); one <- setNames(rep(1, n), people); step <- 1e-4
  moved <- sapply(people, function(who) {
    up <- one; up[who] <- 1 + step; down <- one; down[who] <- 1 - step
    (beyond(rows, name, up)["estimate"] - beyond(rows, name, down)["estimate"]) / (2 * step)
  })
  found <- beyond(rows, name, one)
  c(ends(unname(found["estimate"]), sqrt(sum(moved^2) * n / (n - 1)), n - 1), slope = unname(found["slope"]))
}
put("practice_log_time", practice(d, "log_time"))
# with unequal numbers of drills: people 0 to 3 without their first, 4 and 5 without their last
ragged <- d[!(d$person %in% c("p00", "p01", "p02", "p03") & d$number == 1 | d$person %in% c("p04", "p05") & d$number == 8), ]
put("practice_ragged", practice(ragged, "log_time"))

# reliable change of one person: one error of a drill and one slope for all, so plain least squares on all cells
reliable <- function(rows, name, who) {
  rows$y <- rows[[name]]
  fit <- lm(y ~ cell + x - 1, data = rows)
  contrast <- setNames(numeric(length(coef(fit))), names(coef(fit)))
  contrast[paste0("cell", who, c(" after", " before"))] <- c(1, -1)
  ends(sum(contrast * coef(fit)), sqrt(drop(contrast %*% vcov(fit) %*% contrast)), fit$df.residual)
}
put("reliable_time", reliable(d, "log_time", "p03")); put("reliable_match", reliable(d, "idf1", "p03"))

# the curve: share of each person's drills answered rightly by a time, t interval over people
for (at in c(200, 300, 420)) {
  done <- d[d$phase == "before", ]; done$by <- done$right * (done$time_s <= at)
  put(paste0("share_", at), described(tapply(done$by, done$person, mean)))
}

text <- function(values) {
  numbers <- sprintf("%.14g", values)
  if (is.null(names(values))) return(sprintf("[%s]", paste(numbers, collapse = ", ")))
  sprintf("{%s}", paste(sprintf('"%s": %s', names(values), numbers), collapse = ", "))
}
lines <- c(sprintf(' "R": "%s.%s"', R.version$major, R.version$minor),
           ' "command": "Rscript tests/reference/make_compare_values.R"',
           sprintf(' "%s": %s', names(out), sapply(out, text)))
writeLines(c("{", paste(lines, collapse = ",\n"), "}"), file.path(here, "compare_values.json"))
