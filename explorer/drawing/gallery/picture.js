// One picture, as large as the window allows. Data: {url, alt, next, rest}: `next` is fetched before it is asked for;
// `rest`: what of the window's height, in pixels, is left to other things.
export default function (component) {
  const { data, parentElement } = component
  let image = parentElement.querySelector("img")
  if (!image) {
    image = document.createElement("img")
    image.className = "large"
    parentElement.append(image)
  }
  if (image.getAttribute("src") !== data.url) image.src = data.url
  image.alt = data.alt
  image.style.setProperty("--rest", `${data.rest}px`)
  if (data.next) new Image().src = data.next
}
