/** What an image does without unless it asks for documentation: prefixes of paths, with what is kept below them. */
export const DOCUMENTATION: readonly { readonly below: RegExp; readonly except?: RegExp }[] = [
    // Licences ask for their text to go with the program.
    { below: /^usr\/share\/doc(\/|$)/, except: /^usr\/share\/doc\/[^/]+\/copyright$/ },
    { below: /^usr\/share\/(man|info|doc-base|gtk-doc|help|lintian|linda|bug|gdb)(\/|$)/ },
    { below: /^usr\/share\/(bash-completion|zsh|fish|menu|reportbug|pixmaps)(\/|$)/ },
    { below: /^usr\/share\/(locale|i18n)(\/|$)/, except: /^usr\/share\/locale\/locale\.alias$/ },
    { below: /^usr\/lib\/locale\/(?!C\.utf8)/ },
    { below: /^usr\/lib\/([^/]+\/)?gconv(\/|$)/ },
];

/** Of single packages: what is there to build other programs with, or for uses that their authors have given up. */
export const SURPLUS: Readonly<Record<string, RegExp>> = {
    // Shims of the first versions, 21 MB, which need cgroups of the first version; containerd 2 has neither.
    containerd: /^usr\/bin\/containerd-shim(-runc-v1)?$/,
    crun: /^usr\/lib\/[^/]+\/libcrun\.(a|la)$/,
};
