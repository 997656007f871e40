// The gallery as a component of Streamlit (Components v2).

export default drawGallery
