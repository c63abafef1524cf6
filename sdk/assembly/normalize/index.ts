export { normalizeAssembly, type NormalizedAssembly } from "./assembly";
export type { AssemblyInputs } from "./declaration";
