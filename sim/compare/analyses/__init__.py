"""Each question that is put to the attempts: pairs, practice, time, groups, schools, single people."""
