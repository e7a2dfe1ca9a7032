"""The console's player in a real browser: how fast, how exact, how heavy, beside what else plays footage in one."""
