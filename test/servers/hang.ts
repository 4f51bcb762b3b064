// Reads everything, answers nothing.
process.stdin.resume();
