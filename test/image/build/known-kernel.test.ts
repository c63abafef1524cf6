import { ensureImage, findKernel } from "../../../providers/image";
import { temporaryFolder } from "../../support/folder";
import { environment, fakeKernel, files, planned, usual } from "./support/plan";

const folder = temporaryFolder();
const config = "CONFIG_RD_ZSTD=y\nCONFIG_VIRTIO_BLK=m\n# CONFIG_VIRTIO_NET is not set\n";

async function plan(motd: string, kernelConfig = config) {
    const env = environment(folder());
    const changes = {
        kernel: fakeKernel(env.storeDirectory, kernelConfig),
        files: files({ "/etc/motd": { contents: motd } }),
    };
    return planned(usual(env, changes), env);
}

test("a kernel is known once its image is built, and as far as no module tells once another image with it is", async () => {
    const env = environment(folder());
    const first = await plan("one");
    expect(await findKernel(first, env)).toBeUndefined();

    const { kernelFacts } = await ensureImage(first, env);
    expect(kernelFacts.drivers).toMatchObject({ RD_ZSTD: "built-in", VIRTIO_BLK: "left-out", VIRTIO_NET: "missing" });
    expect(await findKernel(first, env)).toEqual(kernelFacts);

    const drivers = { RD_ZSTD: "built-in", VIRTIO_NET: "missing" };
    expect(await findKernel(await plan("two"), env)).toEqual({ ...kernelFacts, drivers });
    expect(await findKernel(await plan("one", `${config}CONFIG_TMPFS=y\n`), env)).toBeUndefined();
});

test("an image without a kernel has none to know", async () => {
    const env = environment(folder());
    const { components, ...rest } = await plan("one");
    const { kernel: _, ...others } = components;
    expect(await findKernel({ ...rest, components: others, order: Object.keys(others) }, env)).toBeUndefined();
});
