import type { Handler } from "../lifecycle/handler";
import type * as awsImageWiring from "./wiring/aws-image";
import type * as awsInstanceWiring from "./wiring/aws-instance";
import type * as awsVolumeWiring from "./wiring/aws-volume";
import type * as imageWiring from "./wiring/image";
import type * as imageFileWiring from "./wiring/image-file";
import type * as diskWiring from "./wiring/disk";
import type * as machineWiring from "./wiring/machine";
import type * as networkWiring from "./wiring/network";
import { LinuxKitError } from "../../sdk/assembly/error";

const loaders: Readonly<Record<string, () => Promise<Handler>>> = {
    "linuxkit:Image": async () => (require("./wiring/image") as typeof imageWiring).image(),
    "linuxkit:ImageFile": async () => (require("./wiring/image-file") as typeof imageFileWiring).imageFile(),
    "linuxkit/aws:Image": async () => (require("./wiring/aws-image") as typeof awsImageWiring).awsImage(),
    "linuxkit/aws:Instance": async () => (require("./wiring/aws-instance") as typeof awsInstanceWiring).awsInstance(),
    "linuxkit/aws:Volume": async () => (require("./wiring/aws-volume") as typeof awsVolumeWiring).awsVolume(),
    "linuxkit/qemu:Disk": async () => (require("./wiring/disk") as typeof diskWiring).disk(),
    "linuxkit/qemu:Machine": async () => (require("./wiring/machine") as typeof machineWiring).machine(),
    "linuxkit/qemu:Network": async () => (require("./wiring/network") as typeof networkWiring).network(),
};

const loaded = new Map<string, Promise<Handler>>();

/** The handler of a resource type, loaded when a resource of it is first touched. */
export function handlerOf(type: string): Promise<Handler> {
    const load = loaders[type];
    if (load === undefined) {
        throw new LinuxKitError(
            "unknown-type",
            `the installed pulumi-linuxkit does not know the resource type "${type}": install the version that made it, or a later one`,
            { type },
        );
    }
    const handler = loaded.get(type) ?? load();
    loaded.set(type, handler);
    handler.catch(() => loaded.delete(type));
    return handler;
}
