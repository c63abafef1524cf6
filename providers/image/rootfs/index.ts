export { type Layer, mergeLayers } from "./merge";
