import type * as pulumi from "@pulumi/pulumi";

/**
 * What Pulumi serializes into state for each resource: text that stays there for years and serves delete and refresh.
 * It holds a type and a bare `require` of this package's `./dynamic` subpath, nothing else; fixes belong in the
 * installed package. A change of its text is a change in every user's state.
 */
function shim(type: string): pulumi.dynamic.ResourceProvider {
    return {
        check: async (olds, news) => require("pulumi-linuxkit/dynamic").check(type, olds, news),
        diff: async (id, olds, news) => require("pulumi-linuxkit/dynamic").diff(type, id, olds, news),
        create: async (inputs) => require("pulumi-linuxkit/dynamic").create(type, inputs),
        read: async (id, props) => require("pulumi-linuxkit/dynamic").read(type, id, props),
        update: async (id, olds, news) => require("pulumi-linuxkit/dynamic").update(type, id, olds, news),
        delete: async (id, props) => require("pulumi-linuxkit/dynamic").delete(type, id, props),
    };
}

/** One object a type: Pulumi caches the text by object. */
export const imageShim = shim("linuxkit:Image");
export const imageFileShim = shim("linuxkit:ImageFile");
export const machineShim = shim("linuxkit/qemu:Machine");
export const networkShim = shim("linuxkit/qemu:Network");
export const diskShim = shim("linuxkit/qemu:Disk");
export const awsImageShim = shim("linuxkit/aws:Image");
export const awsInstanceShim = shim("linuxkit/aws:Instance");
export const awsVolumeShim = shim("linuxkit/aws:Volume");
