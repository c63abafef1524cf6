export { normalizeAssembly, type NormalizedAssembly } from "./assembly";
