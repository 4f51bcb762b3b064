// What a server does that wants arguments: a hint on stderr, and an end without a word.
console.error("usage: silent-exit <folder>");
