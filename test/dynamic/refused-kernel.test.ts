import path from "node:path";

import { handlerOf } from "../../providers/dynamic/handlers";
import type { Handler, Properties } from "../../providers/lifecycle/handler";
import { Assembly, oci } from "../../sdk";
import { imageOf, kernelImage } from "../image/build/support/images";
import { identity } from "../qemu/support/host";
import { temporaryFolder } from "../support/folder";
import { type FakeRegistry, serveRegistry } from "../support/oci-registry";

const folder = temporaryFolder();
const outer = { ...process.env };
let registry: FakeRegistry;

beforeEach(async () => {
    process.env["XDG_CACHE_HOME"] = path.join(folder(), "cache");
    process.env["XDG_STATE_HOME"] = path.join(folder(), "state");
    const config = { name: "boot/config-6.12", body: "CONFIG_RD_ZSTD=y\n# CONFIG_VIRTIO_NET is not set\n" };
    registry = await serveRegistry({
        "kernel:1": kernelImage([], [config]),
        "init:1": imageOf({}, [{ name: "sbin/init", body: "#!/bin/sh\n", mode: 0o755 }]),
    });
});
afterEach(async () => {
    await registry.close();
    process.env = { ...outer };
});

async function failuresOf(machines: Handler, image: Properties): Promise<readonly string[]> {
    const ports = [{ guest: 80, protocol: "tcp", address: "127.0.0.1" }];
    const { failures } = await machines.check({}, { identity: identity(), image, ports });
    return failures.map(({ property, reason }) => `${property}: ${reason}`);
}

test("a machine whose kernel lacks a driver passes check before its image is built, and not after", async () => {
    const image = (name: string) => ({ image: oci.image(`${registry.host}/${name}:1`) });
    const assembly = new Assembly({ kernel: image("kernel"), init: [{ name: "init", ...image("init") }] });
    const { architecture, order, components } = assembly;
    const declared = { architecture, order, compression: "fast", readiness: "running", mirrors: {}, ...components };
    const [images, machines] = [await handlerOf("linuxkit:Image"), await handlerOf("linuxkit/qemu:Machine")];
    const { inputs, failures } = await images.check({}, declared);
    expect(failures).toEqual([]);

    const resolved = Object.fromEntries(order.map((key) => [key, inputs[key]]));
    const { digest, readiness } = inputs;
    const bootable = { digest, architecture, compression: "fast", readiness, order, mirrors: {}, components: resolved };
    expect(await failuresOf(machines, bootable as Properties)).toEqual([]);
    await images.create(inputs);
    expect(await failuresOf(machines, bootable as Properties)).toEqual([
        expect.stringMatching(/^image: this machine cannot use the kernel .*\/kernel:1 .*CONFIG_VIRTIO_NET/),
    ]);
});
