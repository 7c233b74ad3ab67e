"""What `petbreeds predict` is compared with: torchvision's ResNet50 on one photo, as a PyTorch user writes it.

predict_torch.py WEIGHTS.pth PHOTO
"""
import sys

import torch
import torchvision
from PIL import Image
from torchvision import transforms

weights, photo = sys.argv[1:]
model = torchvision.models.resnet50()
model.load_state_dict(torch.load(weights, map_location="cpu"))
model.eval()
prepare = transforms.Compose([
    transforms.Resize(460), transforms.CenterCrop(460), transforms.Resize(224), transforms.ToTensor(),
    transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
with torch.inference_mode():
    probabilities = model(prepare(Image.open(photo).convert("RGB"))[None]).softmax(1)[0]
for probability, index in zip(*probabilities.topk(3)):
    print(f"  class {index}  {probability:.1%}")
