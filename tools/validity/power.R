# Rscript tools/validity/power.R FOLDER: how often R finds the teams faster, two-sided at 5%, as a CSV
cat("design,cut,teams,version,t,wilcox,lm\n")
for (file in sort(list.files(commandArgs(TRUE)[1], full.names = TRUE))) {
  people <- read.csv(file)
  found <- sapply(split(people, people$team), function(team) {
    change <- team$after - team$before
    if (any(team$trained == 0)) {
      effect <- coef(summary(lm(after ~ trained + before, team)))["trained", ]
      return(c(NA, NA, effect[4] < .05 & effect[1] < 0))
    }
    rank <- suppressWarnings(wilcox.test(change, conf.int = TRUE))
    c(t.test(change)$p.value < .05 & mean(change) < 0, rank$p.value < .05 & rank$estimate < 0, NA)
  })
  cat(sprintf('"%s",%g,%d,%s', people$design[1], people$cut[1], ncol(found), getRversion()), sep = "")
  cat(sprintf(",%.3f", rowMeans(found)), "\n", sep = "")
}
