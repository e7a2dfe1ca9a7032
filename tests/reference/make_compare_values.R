# Write compare_values_r.json from compare_attempts.csv with R alone. None of this project's code is used.
# Run: Rscript tests/reference/make_compare_values.R      (R 4.5.0, survival 3.8-3, exactRankTests 0.8-35,
#      sandwich 3.1-1; Debian: apt-get install r-base-core r-cran-survival r-cran-exactranktests r-cran-sandwich)
suppressMessages({library(survival); library(exactRankTests); library(sandwich)})
here <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))
d <- read.csv(file.path(dirname(here), "compare_attempts.csv"))
d$after <- as.integer(d$phase == "after")
out <- list()
put <- function(name, ...) out[[name]] <<- c(...)

# share finished by a time: Kaplan-Meier, and the exact binomial interval of as many independent drills as have its
# variance: the larger of Greenwood's and that grouped by person times n / (n - 1), where people have several drills;
# never fewer than people
finished_by <- function(rows, at) {
  people <- length(unique(rows$person))
  greenwood <- summary(survfit(Surv(time_s, done) ~ 1, data = rows), times = at)
  variance <- greenwood$std.err^2
  if (nrow(rows) > people) {
    grouped <- summary(survfit(Surv(time_s, done) ~ 1, data = rows, cluster = person), times = at)
    variance <- max(variance, grouped$std.err^2 * people / (people - 1))
  }
  s <- greenwood$surv; n <- max(people, s * (1 - s) / variance); x <- n * (1 - s)
  c(estimate = 1 - s, lower = qbeta(0.025, x, n - x + 1), upper = qbeta(0.975, x + 1, n - x), size = n)
}
for (at in c(200, 300, 400)) put(paste0("share_finished_", at), finished_by(d[d$after == 0, ], at))
single <- d[d$after == 0, ]; single <- single[!duplicated(single$person), ]
put("share_finished_one_drill", finished_by(single, 300))

# practice: each person's own line through the drills before, drawn on
beyond <- function(rows, y) {
  rows$y <- y
  t(sapply(split(rows, rows$person), function(one) {
    b <- one[one$after == 0, ]; a <- one[one$after == 1, ]
    line <- lm(y ~ log(number), data = b)
    c(gain = b$y[which.max(b$number)] - b$y[which.min(b$number)],
      beyond = mean(a$y - predict(line, a)))
  }))
}
describe <- function(values) {
  test <- t.test(values)
  c(estimate = unname(test$estimate), lower = test$conf.int[1], upper = test$conf.int[2], p = test$p.value)
}
times <- beyond(d, log(d$time_s)); accuracy <- beyond(d, d$idf1)
put("practice_gain", describe(times[, "gain"])); put("practice_beyond", describe(times[, "beyond"]))
put("practice_accuracy_beyond", describe(accuracy[, "beyond"]))

# reliable change of one person: error of a drill from the cells, expected practice from the mean slope before
reliable <- function(y, who) {
  cells <- lm(y ~ factor(person):factor(phase) - 1, data = cbind(d, y = y))
  s <- sqrt(sum(residuals(cells)^2) / df.residual(cells))
  before <- d$after == 0
  lines <- lm(y ~ factor(person) + factor(person):log(number) - 1, data = cbind(d, y = y)[before, ])
  slopes <- coef(lines)[grep(":log", names(coef(lines)))]
  sxx <- sapply(split(log(d$number[before]), d$person[before]), function(x) sum((x - mean(x))^2))
  slope_error <- max(s * sqrt(sum(1 / sxx)) / length(slopes), sd(slopes) / sqrt(length(slopes)))
  one <- d$person == who
  distance <- mean(log(d$number[one & !before])) - mean(log(d$number[one & before]))
  change <- mean(y[one & !before]) - mean(y[one & before])
  error <- sqrt(s^2 * (1 / sum(one & before) + 1 / sum(one & !before)) + (slope_error * distance)^2)
  estimate <- change - mean(slopes) * distance
  half <- qt(0.975, df.residual(cells)) * error
  c(estimate = estimate, lower = estimate - half, upper = estimate + half, drill_spread = s)
}
put("reliable_time", reliable(log(d$time_s), "p03")); put("reliable_accuracy", reliable(d$idf1, "p03"))

# two groups: Welch on each person's change of the mean time counting at most the limit, and of IDF1
change_of <- function(y) tapply(y * ifelse(d$after == 1, 1, -1), d$person, sum) / 4
welch <- function(y) {
  change <- change_of(y); trained <- as.integer(sub("p", "", names(change))) %% 2 == 0
  test <- t.test(change[trained], change[!trained])
  c(estimate = unname(test$estimate[1] - test$estimate[2]), lower = test$conf.int[1], upper = test$conf.int[2],
    p = test$p.value, degrees = unname(test$parameter))
}
put("groups_time", welch(d$time_s)); put("groups_accuracy", welch(d$idf1))

# both groups' own changes, each with the interval of a mean
own <- function(y, wanted) {
  change <- change_of(y); trained <- as.integer(sub("p", "", names(change))) %% 2 == 0
  test <- t.test(change[trained == wanted])
  c(estimate = unname(test$estimate), lower = test$conf.int[1], upper = test$conf.int[2])
}
put("groups_trained_time", own(d$time_s, TRUE)); put("groups_waiting_time", own(d$time_s, FALSE))

# practice from three drills before: the trend without the last of them
three <- d[!(d$after == 0 & d$number == 4), ]
put("practice_three_gain", describe(beyond(three, log(three$time_s))[, "gain"]))
put("practice_three_beyond", describe(beyond(three, log(three$time_s))[, "beyond"]))

# what decides once somebody timed out: change of the restricted mean, t interval on each person's influence on it; the
# influence from survival's own residuals. With limits of 420 s for the first five people and 300 s for the others as
# well, so that drills are censored below the largest time; then over six schools of unequal size
moved_by <- function(rows, limit, group) {
  rows$row <- seq_len(nrow(rows))
  shown <<- rows  # residuals() looks the table up again by its name
  fit <- survfit(Surv(at, done) ~ 1, data = shown, id = row)
  each <- residuals(fit, times = limit, type = "auc", collapse = FALSE)
  c(list(area = unname(summary(fit, rmean = limit)$table["rmean"])), list(moved = tapply(each, rows[[group]], sum)))
}
mean_change <- function(rows, limit, group = "person") {
  before <- moved_by(rows[rows$after == 0, ], limit, group); after <- moved_by(rows[rows$after == 1, ], limit, group)
  moved <- after$moved - before$moved; n <- length(moved)
  estimate <- after$area - before$area
  half <- qt(0.975, n - 1) * sqrt(sum(moved^2) * n / (n - 1))
  c(before = before$area, after = after$area, estimate = estimate, lower = estimate - half, upper = estimate + half)
}
d$limit <- ifelse(as.integer(sub("p", "", d$person)) < 5, 420, 300)
mixed <- transform(d, at = pmin(full_s, limit), done = as.integer(full_s <= limit))
# the mean of one phase: half a width of t, the lower end on the logit of its share of the limit, the upper on the log
mean_of <- function(rows, limit, after) {
  side <- moved_by(rows[rows$after == after, ], limit, "person"); n <- length(side$moved); m <- side$area
  half <- qt(0.975, n - 1) * sqrt(sum(side$moved^2) * n / (n - 1))
  lower <- limit * plogis(qlogis(m / limit) - half * limit / (m * (limit - m)))
  c(estimate = m, lower = lower, upper = min(limit, m * exp(half / m)))
}
put("mean_before_mixed_limits", mean_of(mixed, 300, 0))
put("mean_after_mixed_limits", mean_of(mixed, 300, 1))
put("mean_change_mixed_limits", mean_change(mixed, 300))
even <- transform(d, at = pmin(full_s, 420), done = as.integer(full_s <= 420))
put("mean_change", mean_change(even, 420))
sizes <- c(1, 1, 1, 2, 2, 3, 4, 5, 6, 6)
even$six <- sizes[as.integer(sub("p", "", even$person)) + 1]
put("schools_mean_change", mean_change(even, 420, "six"))

# the same six schools: mean log ratio of who finished both, and mean difference in IDF1, cluster error of sandwich
clustered <- function(values, school) {
  fit <- lm(values ~ 1)
  error <- sqrt(vcovCL(fit, cluster = school, type = "HC0", cadjust = TRUE)[1, 1])
  degrees <- length(unique(school)) - 1
  t <- unname(coef(fit)) / error
  c(estimate = unname(coef(fit)), lower = unname(coef(fit)) - qt(0.975, degrees) * error,
    upper = unname(coef(fit)) + qt(0.975, degrees) * error, p = 2 * pt(-abs(t), degrees))
}
log_of <- function(side) {
  finished <- even[even$after == side & even$done == 1, ]
  tapply(log(finished$at), factor(finished$person, levels = sort(unique(even$person))), mean)
}
ratio <- log_of(1) - log_of(0); both <- !is.na(ratio)
put("schools_log_ratio", clustered(ratio[both], sizes[both]))
put("schools_idf1", clustered(as.numeric(change_of(d$idf1)), sizes))

# Hodges-Lehmann estimate, exact signed-rank interval and test of four measures: IDF1 as it is, in steps of an eighth
# (ties and zeros), in steps of a tenth, and whole seconds. The interval runs between Walsh averages of all differences,
# zeros included, that the null distribution of n untied ranks picks; the test drops zeros and gives ties mean ranks
hodges <- function(y) {
  x <- round(as.numeric(change_of(y)), 9); n <- length(x)
  w <- outer(x, x, "+") / 2; w <- sort(w[upper.tri(w, diag = TRUE)])
  skipped <- qsignrank(0.025, n); if (psignrank(skipped, n) > 0.025) skipped <- skipped - 1
  changed <- x[x != 0]
  c(estimate = median(w), lower = w[skipped + 1], upper = w[length(w) - skipped],
    level = 1 - 2 * psignrank(skipped, n), p = wilcox.exact(changed)$p.value, changed = length(changed))
}
measures <- list(idf1 = d$idf1, appearance_recall = floor(8 * d$idf1) / 8, appearance_precision = floor(5 * d$idf1) / 5,
                 wrong_person_s = floor(16 * (1 - d$idf1)))
for (name in names(measures)) put(paste0("hodges_", name), hodges(measures[[name]]))
# without ties and zeros the same must come out of R's own interval
x <- c(0.031, -0.012, 0.074, 0.125, 0.198, -0.043, 0.151, 0.052, 0.103)
test <- wilcox.test(x, conf.int = TRUE, exact = TRUE)
put("hodges_untied", estimate = unname(test$estimate), lower = test$conf.int[1], upper = test$conf.int[2],
    p = test$p.value)

# signed-rank test by normal approximation with ties and continuity, 500 people
set.seed(7)
many <- round(rnorm(500, 0.01, 0.2), 2)
put("many_differences", many)
put("many_p", p = wilcox.test(many, exact = FALSE, correct = TRUE)$p.value)

version_of <- function(name) as.character(packageVersion(name))
text <- function(values) {
  numbers <- sprintf("%.14g", values)
  if (is.null(names(values))) return(sprintf("[%s]", paste(numbers, collapse = ", ")))
  sprintf("{%s}", paste(sprintf('"%s": %s', names(values), numbers), collapse = ", "))
}
lines <- c(
  sprintf(' "versions": {"R": "%s.%s", "survival": "%s", "exactRankTests": "%s", "sandwich": "%s"}',
          R.version$major, R.version$minor, version_of("survival"), version_of("exactRankTests"), version_of("sandwich")),
  ' "command": "Rscript tests/reference/make_compare_values.R"',
  sprintf(' "%s": %s', names(out), sapply(out, text)))
writeLines(c("{", paste(lines, collapse = ",\n"), "}"), file.path(dirname(here), "compare_values_r.json"))
