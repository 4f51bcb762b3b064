// Prints anything but JSON-RPC.
setInterval(() => console.log("Listening on port 8080 …"), 20);
