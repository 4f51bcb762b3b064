import { nothingHere } from "../../api/endpoint.ts";

export const ALL = nothingHere;
