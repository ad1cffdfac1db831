import { connectTestEngine, importBusybox, importService } from "./test-images.ts";

/** Once for all files: the images that they run. */
export async function setup(): Promise<void> {
  const docker = connectTestEngine();
  await Promise.all([importService(docker), importBusybox(docker)]);
}
