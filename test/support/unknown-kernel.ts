import type { ImageKernel } from "../../providers/image/drivers";

/** A kernel of which nothing is known, for images that only look like one. */
export const unknownKernel: ImageKernel = { name: "a kernel", drivers: {}, needs: [] };
