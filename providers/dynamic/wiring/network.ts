import type { Handler } from "../../lifecycle/handler";
import { networkEnvironment, networkHandler } from "../../qemu/network";

export async function network(): Promise<Handler> {
    return networkHandler(await networkEnvironment());
}
