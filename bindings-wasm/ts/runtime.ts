/** The version of this package: the build puts it here. */
declare const VERSION: string;

/** What the run-times that are told apart have in common with none of the others. */
interface Runtimes {
  readonly Bun?: { readonly version: string };
  readonly Deno?: { readonly version: { readonly deno: string } };
  readonly navigator?: { readonly userAgent?: string };
  readonly process?: {
    readonly env?: Readonly<Record<string, string | undefined>>;
    readonly versions?: { readonly node?: string };
    getBuiltinModule?(id: string): unknown;
  };
  readonly window?: unknown;
  readonly document?: unknown;
}

const runtimes = globalThis as Runtimes;

/** Whether this is a page, whose visitor sees all that it holds. */
export function isBrowser(): boolean {
  return runtimes.window !== undefined && runtimes.document !== undefined;
}

export function isDeno(): boolean {
  return runtimes.Deno !== undefined;
}

export function isBun(): boolean {
  return runtimes.Bun !== undefined;
}

/** What requests call themselves; nothing where a browser sees to that. */
export function userAgent(): string | undefined {
  const runtime = isBrowser() ? undefined : runtimeName();
  return runtime && `qince-leads-js/${VERSION} ${runtime}`;
}

function runtimeName(): string | undefined {
  const { Bun, Deno, navigator, process } = runtimes;
  if (Deno !== undefined) return `deno/${Deno.version.deno}`;
  if (Bun !== undefined) return `bun/${Bun.version}`;
  if (navigator?.userAgent === "Cloudflare-Workers") return "workerd";
  const node = process?.versions?.node;
  return node && `node/${node}`;
}

/** A variable of the environment that is set, and not to nothing; a page has none. */
export function environment(name: string): string | undefined {
  if (isBrowser()) return undefined;
  try {
    return runtimes.process?.env?.[name] || undefined;
  } catch {
    // Deno without the permission to look.
    return undefined;
  }
}

/** A module of Node.js, where there are such. */
export function builtin(id: string): unknown {
  try {
    return runtimes.process?.getBuiltinModule?.(id);
  } catch {
    // Next.js at its edge, where whatever `process` has there says that it is not there.
    return undefined;
  }
}
