/** What an error code of node:net, node:dns, node:tls, node:http or node:zlib means to a person. */
export function explainNetworkError(code: string | undefined, message: string): string {
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "the name could not be resolved";
    case "ECONNREFUSED":
      return "nothing answers at that address and port";
    case "ECONNRESET":
    case "EPIPE":
      return "the server cut the connection";
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return "the server could not be reached";
    case "HPE_HEADER_OVERFLOW":
      return "the server's answer has headers of more than 16 KiB";
    case "CERT_HAS_EXPIRED":
      return "the server's TLS certificate has expired";
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return "the server's TLS certificate is for another name";
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
      return "the server's TLS certificate is signed by nobody we know";
    case undefined:
      return `the connection failed (${message})`;
  }
  if (code.startsWith("HPE_")) return `the server's answer is no HTTP (${code})`;
  if (code.startsWith("Z_") || code.startsWith("ERR_BROTLI") || code.startsWith("ERR__ERROR_"))
    return `the server's answer could not be unpacked (${code})`;
  if (/CERT|UNABLE_TO_/.test(code)) return `the server's TLS certificate is not trusted (${code})`;
  if (/TLS|SSL|EPROTO/.test(code))
    return `no TLS connection came about (${code}); the server may speak plain HTTP there`;
  return `the connection failed (${code})`;
}
