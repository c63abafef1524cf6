export { archive, image, layout, type OciImageArgs } from "./sources";
