export * from "./assembly";
export * as debian from "./debian";
