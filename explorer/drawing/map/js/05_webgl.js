// Points by WebGL2: static buffers (greyed points first, then bright ones), redrawn only when asked.

const VERTEX = `#version 300 es
precision highp float;
layout(location = 0) in vec2 place;
layout(location = 1) in uint code;
uniform vec2 middle, stretch;
uniform float size, dimSize, alpha;
uniform int layer; // 0: all greyed; 1: the greyed ones of a legend; 2: the bright ones
uniform uint colours;
uniform int rimLines; // lines of the palette before those of the outlines, 0 for no outlines
uniform vec4 missing, dim;
uniform sampler2D palette;
out vec4 colour;
out vec4 rim;
out float diameter;
void main() {
  vec4 own = code < colours ? texelFetch(palette, ivec2(int(code & 255u), int(code >> 8u)), 0) : missing;
  bool greyed = layer == 0 || own.a < 0.5;
  if ((layer == 1 && !greyed) || (layer == 2 && greyed)) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    gl_PointSize = 1.0;
    return;
  }
  colour = greyed ? dim : vec4(own.rgb, alpha);
  rim = vec4(0.0);
  if (rimLines > 0 && !greyed && code < colours) rim = texelFetch(palette, ivec2(int(code & 255u), int(code >> 8u) + rimLines), 0);
  diameter = greyed ? dimSize : size;
  gl_PointSize = diameter > 2.5 ? diameter + 1.0 : diameter;
  gl_Position = vec4((place - middle) * stretch, 0.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision mediump float;
in vec4 colour;
in vec4 rim;
in float diameter;
uniform float rimWidth;
out vec4 result;
void main() {
  float share = 1.0;
  float inner = 0.0;
  if (diameter > 2.5) {
    float far = length(gl_PointCoord - 0.5) * (diameter + 1.0);
    share = clamp(diameter * 0.5 + 0.5 - far, 0.0, 1.0);
    if (share <= 0.0) discard;
    inner = clamp(diameter * 0.5 - rimWidth + 0.5 - far, 0.0, 1.0);
  }
  vec3 rgb = mix(colour.rgb, rim.rgb, rim.a * (1.0 - inner));
  float opacity = colour.a * share;
  result = vec4(rgb * opacity, opacity);
}`;

function compile(gl, kind, source) {
  const shader = gl.createShader(kind);
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader) ?? "shader");
  return shader;
}

const RIM = 1.2; // pixels of an outline
const UNIFORMS = ["middle", "stretch", "size", "dimSize", "alpha", "layer", "colours", "missing", "dim", "palette", "rimLines", "rimWidth"];

class WebGLPoints {
  constructor(canvas, gl) {
    this.canvas = canvas;
    this.gl = gl;
    this.setUp();
  }

  static create(canvas) {
    const gl = canvas.getContext("webgl2", { antialias: false, alpha: true, premultipliedAlpha: true });
    return gl ? new WebGLPoints(canvas, gl) : null;
  }

  setUp() {
    const { gl } = this;
    this.program = gl.createProgram();
    gl.attachShader(this.program, compile(gl, gl.VERTEX_SHADER, VERTEX));
    gl.attachShader(this.program, compile(gl, gl.FRAGMENT_SHADER, FRAGMENT));
    gl.linkProgram(this.program);
    if (!gl.getProgramParameter(this.program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(this.program));
    this.at = Object.fromEntries(UNIFORMS.map((name) => [name, gl.getUniformLocation(this.program, name)]));
    this.buffers = [0, 1].map(() => gl.createBuffer());
    this.texture = gl.createTexture();
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    [this.greyed, this.bright] = [0, 0];
  }

  resize(width, height, ratio) {
    this.ratio = ratio;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
  }

  fill(index, array) {
    const { gl } = this;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[index]);
    gl.bufferData(gl.ARRAY_BUFFER, array, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(index);
  }

  // To be called when coordinates, codes or masks have changed.
  pack(scene) {
    const { gl } = this;
    const order = this.order(scene);
    const places = new Float32Array(2 * order.length);
    const codes = new Uint16Array(order.length);
    for (let i = 0; i < order.length; i++) {
      const row = order[i];
      places[2 * i] = scene.xy[2 * row];
      places[2 * i + 1] = scene.xy[2 * row + 1];
      codes[i] = scene.codes[row];
    }
    this.fill(0, places);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    this.fill(1, codes);
    gl.vertexAttribIPointer(1, 1, gl.UNSIGNED_SHORT, 0, 0);
    this.cost = undefined;
  }

  order({ rows, states, dimming }) {
    [this.greyed, this.bright] = [0, rows.length];
    if (!dimming) return rows;
    const greyed = rows.filter((row) => states[row] === 1);
    const bright = rows.filter((row) => states[row] === 0);
    [this.greyed, this.bright] = [greyed.length, bright.length];
    const order = new Uint32Array(greyed.length + bright.length);
    order.set(greyed);
    order.set(bright, greyed.length);
    return order;
  }

  // Opaque texels are bright, transparent ones greyed: isolating a value costs one small texture.
  setPalette(scene) {
    const { gl } = this;
    const lines = Math.max(1, Math.ceil(scene.palette.length / 256));
    this.rimLines = scene.rims ? lines : 0;
    const texels = new Uint8Array(256 * (lines + this.rimLines) * 4);
    scene.palette.forEach((_, i) => {
      const bright = scene.isolated.size === 0 || scene.isolated.has(i);
      texels.set([...scene.colourOfCode(i).map(Math.round), bright ? 255 : 0], 4 * i);
      const rim = scene.rimOfCode(i);
      if (rim) texels.set([...rim.map(Math.round), 255], 4 * (i + 256 * lines));
    });
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, lines + this.rimLines, 0, gl.RGBA, gl.UNSIGNED_BYTE, texels);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  }

  // `share`: of each kind draw only so much (a fair sample) while the view moves on a slow machine.
  draw(scene, view, theme, share = 1) {
    const { gl } = this;
    const started = performance.now();
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.useProgram(this.program);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    this.setUniforms(scene, view, theme);
    this.range(0, 0, this.greyed * share);
    if (scene.isolated.size > 0) this.range(1, this.greyed, this.bright * share);
    this.range(2, this.greyed, this.bright * share);
    if (share === 1 && this.cost === undefined) this.measure(started);
  }

  range(layer, first, count) {
    if (count < 1) return;
    this.gl.uniform1i(this.at.layer, layer);
    this.gl.drawArrays(this.gl.POINTS, first, Math.floor(count));
  }

  setUniforms(scene, view, theme) {
    const { gl, at, ratio } = this;
    const { size, dim, alpha } = pointStyle(scene, view);
    const isolated = scene.isolated.size > 0;
    gl.uniform2f(at.middle, view.x, view.y);
    gl.uniform2f(at.stretch, (2 * view.scale) / view.width, (2 * view.scaleY) / view.height);
    gl.uniform1f(at.size, size * ratio);
    gl.uniform1f(at.dimSize, Math.max(1.2, dim * 0.8) * ratio);
    gl.uniform1f(at.alpha, alpha);
    gl.uniform1ui(at.colours, scene.palette.length);
    gl.uniform1i(at.rimLines, this.rimLines);
    gl.uniform1f(at.rimWidth, RIM * ratio);
    gl.uniform4f(at.missing, ...scene.missing.map((v) => v / 255), isolated ? 0 : 1);
    gl.uniform4f(at.dim, ...theme.dim.map((v) => v / 255), Math.min(0.5, alpha * 0.5));
  }

  // How long a full picture takes, in ms: asked for after the frame, so that the page does not wait for it.
  measure(started) {
    const { gl } = this;
    this.cost = 0;
    const done = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
    const ask = () => {
      if (gl.isContextLost()) return;
      if (gl.clientWaitSync(done, 0, 0) === gl.TIMEOUT_EXPIRED) setTimeout(ask, 4);
      else this.canvas.dataset.frameMs = this.cost = Math.round(performance.now() - started);
    };
    setTimeout(ask, 0);
  }

  // The share of the points that can be drawn in `budget` ms.
  affordable(budget) {
    const fewest = Math.min(1, 20000 / Math.max(1, this.greyed + this.bright));
    return clamp(budget / Math.max(this.cost || 0, 1), fewest, 1);
  }

  release() {
    for (const buffer of this.buffers) this.gl.deleteBuffer(buffer);
    this.gl.deleteTexture(this.texture);
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

// The same on a 2D canvas, where a browser has no WebGL2: slower, so at most 50,000 points.
const FALLBACK_POINTS = 50000;

class CanvasPoints {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
  }

  resize(width, height, ratio) {
    this.ratio = ratio;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
  }

  pack() {}

  setPalette() {}

  release() {}

  affordable() {
    return 1;
  }

  draw(scene, view, theme) {
    const { context } = this;
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
    const { size, dim, alpha } = pointStyle(scene, view);
    const count = Math.min(scene.rows.length, FALLBACK_POINTS);
    for (const bright of [false, true]) {
      context.globalAlpha = bright ? alpha : alpha * 0.5;
      for (let i = 0; i < count; i++) this.dot(scene, view, theme, scene.rows[i], bright, bright ? size : dim);
    }
    context.globalAlpha = 1;
  }

  dot(scene, view, theme, row, bright, size) {
    if (!scene.isDrawn(row) || scene.isBright(row) !== bright) return;
    const [x, y] = view.toScreen(...scene.place(row));
    if (x < -size || y < -size || x > view.width + size || y > view.height + size) return;
    this.context.fillStyle = css(bright ? scene.colourOf(row) : theme.dim);
    this.context.beginPath();
    this.context.arc(x, y, size / 2, 0, 2 * Math.PI);
    this.context.fill();
    const rim = bright && scene.rimOfCode(scene.codes[row]);
    if (!rim) return;
    this.context.lineWidth = RIM;
    this.context.strokeStyle = css(rim);
    this.context.stroke();
  }
}
