import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A package to publish: its manifest, and its files by path. */
export interface Package {
  manifest: { name: string; version: string } & Record<string, unknown>;
  files: Record<string, string>;
}

export interface Registry {
  url: string;
  /** Paths asked for, in order. */
  requests: string[];
  close(): void;
}

/** A registry on this machine, small enough for the real npm client to install from. */
export async function startRegistry(packages: Package[]): Promise<Registry> {
  const requests: string[] = [];
  const tarballs = new Map(
    packages.map((one) => [`${one.manifest.name}/-/${one.manifest.version}.tgz`, pack(one)]),
  );
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? "").slice(1).split("?")[0] ?? "");
    requests.push(path);
    const tarball = tarballs.get(path);
    const versions = packages.filter(({ manifest }) => manifest.name === path);
    if (tarball !== undefined) response.end(tarball);
    else if (versions.length > 0)
      response.setHeader("content-type", "application/json").end(packument(versions));
    else response.writeHead(404, { "content-type": "application/json" }).end('{"error":"not found"}');
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/`;
  const packument = (versions: Package[]): string =>
    JSON.stringify({
      name: versions[0]?.manifest.name,
      "dist-tags": { latest: versions.at(-1)?.manifest.version },
      versions: Object.fromEntries(
        versions.map(({ manifest }) => {
          const path = `${manifest.name}/-/${manifest.version}.tgz`;
          const integrity = `sha512-${createHash("sha512")
            .update(tarballs.get(path) ?? "")
            .digest("base64")}`;
          return [manifest.version, { ...manifest, dist: { tarball: url + path, integrity } }];
        }),
      ),
    });
  return {
    url,
    requests,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function pack({ manifest, files }: Package): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "placard-pack-"));
  try {
    for (const [path, text] of Object.entries({ ...files, "package.json": JSON.stringify(manifest) })) {
      mkdirSync(dirname(join(folder, "package", path)), { recursive: true });
      writeFileSync(join(folder, "package", path), text);
    }
    execFileSync("tar", ["-czf", join(folder, "out.tgz"), "-C", folder, "package"]);
    return readFileSync(join(folder, "out.tgz"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
