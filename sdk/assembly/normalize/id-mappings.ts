import { integer, list } from "../read/reader";
import { required, shape } from "../read/shape";

const count = integer("a whole number from 0", 0, 2 ** 32 - 1);

/** OCI runtime spec `linux.uidMappings` and `linux.gidMappings`. */
export const idMappings = list(
    shape("an id mapping", {
        containerID: required(count, "the first id in the container"),
        hostID: required(count, "the first id on the machine"),
        size: required(integer("a whole number from 1", 1, 2 ** 32 - 1), "how many ids"),
    }),
    "a list of id mappings",
);
