import * as pulumi from "@pulumi/pulumi";
import type { Image } from "../../sdk/image";
import { Machine } from "../../sdk/qemu";
import { image } from "./support/host";

test.each([{}, { deleteBeforeReplace: false }])("a replacement waits for the old machine, with %j", async (opts) => {
    const mocks: pulumi.runtime.Mocks = {
        newResource: ({ inputs }) => ({ id: "id", state: inputs as object }),
        call: ({ inputs }) => inputs as Record<string, unknown>,
    };
    await pulumi.runtime.setMocks(mocks, "shop", "dev", false, "organization");
    const registered: pulumi.ResourceOptions[] = [];
    const machine = new Machine(
        "redis",
        { image: { bootable: image(), contents: image() } as unknown as Image },
        {
            ...opts,
            transformations: [(resource) => void registered.push(resource.opts)],
        },
    );
    await new Promise((resolve) => machine.urn.apply(resolve));
    expect(registered).toEqual([expect.objectContaining({ deleteBeforeReplace: true })]);
});
