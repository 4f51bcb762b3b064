// Ends before it answers anything.
console.error("\u001b[31mFatal:\u001b[0m NOTES_TOKEN is not set");
process.exit(3);
