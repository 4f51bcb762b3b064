/// <reference types="astro/client" />

declare namespace App {
  type CatalogLocals = import("./lib/catalog.ts").CatalogLocals;
  interface Locals extends CatalogLocals {}
}
