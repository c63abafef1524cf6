export { defaultRegion } from "../client/clients";
export type { Connection } from "../client/connection";
export type { Thing } from "./calls";
export { type CloudLeftover, leftoversAmong, type Look, thingsOf } from "./find";
export { hostLook } from "./host";
export { cloudResources, type Place, placesOf } from "./places";
export { removeCloudLeftover } from "./remove";
