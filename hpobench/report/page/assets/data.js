// The data: JSON that was compressed with zlib and written in base64.

async function unpacked() {
  const bytes = Uint8Array.from(atob(document.getElementById("data").textContent),
    (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

const D = await unpacked();
